// motcua dossier show: one dossier, whole.

import ArgumentParser
import CaseModel
import Messages
import Sheet
import Store
import Terminal
import Wording
import Workflow
import WorkingTime

extension DossierCommand {
  struct Show: SpeakingCommand {
    static var configuration: CommandConfiguration {
      CommandConfiguration(commandName: "show", abstract: help("Xem một hồ sơ.", "Show a dossier."))
    }

    @Argument(help: codeHelp)
    var code: String

    @OptionGroup var target: Target
    @OptionGroup var speech: Speech

    func run() async throws {
      let console = try speech.console()
      let name: DossierReference
      do throws(InvalidValue) {
        name = try DossierReference(parsing: code)
      } catch {
        throw error.problem
      }
      let (shop, sheet) = try await DossierSheet.open(
        at: try await target.entrance(console), as: target.acting, name)
      await shop.close()
      switch console.format {
      case .table: try SheetText(sheet, console).write()
      case .json:
        var output = Output(descriptor: 1)
        output.write(sheet.json.written)
        try output.flush()
      case .csv: try sheetRow.write([sheet], console)
      }
    }
  }
}

/// The dossier alone as one flat row: papers and the like are JSON's.
private let sheetRow = Table<DossierSheet>([
  Column("code", Localized(same: "code")) { .text($0.code) },
  Column("version", Localized(same: "version")) { .int($0.version) },
  Column("procedure", Localized(same: "procedure")) { .text($0.procedure) },
  Column("state", Localized(same: "state")) { .text($0.state) },
  Column("role", Localized(same: "role")) { .text($0.role) },
  Column("holder", Localized(same: "holder")) { .text($0.holder.code) },
  Column("holder_name", Localized(same: "holder_name")) { .text($0.holder.name) },
  Column("assignee", Localized(same: "assignee")) { .text($0.assignee?.code) },
  Column("assignee_name", Localized(same: "assignee_name")) { .text($0.assignee?.name) },
  Column("reception", Localized(same: "reception")) { .text($0.reception.code) },
  Column("reception_name", Localized(same: "reception_name")) { .text($0.reception.name) },
  Column("address", Localized(same: "address")) { .text($0.address?.code) },
  Column("address_name", Localized(same: "address_name")) { .text($0.address?.name) },
  Column("channel", Localized(same: "channel")) { .text($0.channel.rawValue) },
  Column("received_at", Localized(same: "received_at")) { .moment($0.receivedAt) },
  Column("due", Localized(same: "due")) { .moment($0.due) },
  Column("step_due", Localized(same: "step_due")) { .moment($0.stepDue) },
  Column("clock", Localized(same: "clock")) { .text($0.clock.rawValue) },
  Column("finished_at", Localized(same: "finished_at")) { .moment($0.finishedAt) },
  Column("ended_at", Localized(same: "ended_at")) { .moment($0.endedAt) },
  Column("outcome", Localized(same: "outcome")) { .text($0.outcome) },
  Column("pending_state", Localized(same: "pending_state")) { .text($0.pending?.state) },
  Column("pending_unit", Localized(same: "pending_unit")) { .text($0.pending?.unit.code) },
  Column("pending_unit_name", Localized(same: "pending_unit_name")) { .text($0.pending?.unit.name) },
  Column("applicant", Localized(same: "applicant")) { .text($0.applicant.name) },
  Column("fee_due", Localized(same: "fee_due")) { .int($0.feeDue) },
  Column("paid", Localized(same: "paid")) { .int($0.paid) },
])

extension DossierSheet {
  func name(of paper: Paper) -> Localized { documentName(paper.name, paper.component, componentLabels) }

  /// Everything, under stable names.
  var json: JSONTree {
    func at(_ instant: Instant?) -> JSONTree { .text(instant?.iso) }
    typealias Member = JSONTree.Member
    var members: [Member] = [
      Member("code", .text(code)), Member("version", .int(Int64(version))),
      Member("procedure", .text(procedure)), Member("procedure_name", .text(procedureName)),
      Member("workflow_version", .int(Int64(workflowVersion))), Member("state", .text(state)),
      Member("role", .text(role)), Member("holder", .text(holder.code)),
      Member("holder_name", .text(holder.name)), Member("assignee", .text(assignee?.code)),
      Member("assignee_name", .text(assignee?.name)),
      Member("reception", .text(reception.code)), Member("reception_name", .text(reception.name)),
      Member("address", .text(address?.code)), Member("address_name", .text(address?.name)),
      Member("channel", .text(channel.rawValue)), Member("received_at", at(receivedAt)),
      Member("due", at(due)), Member("step_due", at(stepDue)), Member("clock", .text(clock.rawValue)),
      Member("finished_at", at(finishedAt)), Member("ended_at", at(endedAt)),
      Member("outcome", .text(outcome)),
      Member("portal_status", portalStatus.map { .int(Int64($0)) } ?? .null),
    ]
    members.append(
      Member(
        "pending",
        pending.map {
          .object([
            Member("state", .text($0.state)), Member("unit", .text($0.unit.code)),
            Member("unit_name", .text($0.unit.name)), Member("since", at($0.since)),
          ])
        } ?? .null))
    members += [
      Member(
        "applicant",
        .object([
          Member("name", .text(applicant.name)), Member("identity", .text(applicant.identity)),
          Member("address", .text(applicant.address)), Member("phone", .text(applicant.phone)),
          Member("email", .text(applicant.email)),
        ])),
      Member(
        "data", .object(data.sorted { $0.key < $1.key }.map { Member($0.key, $0.value.json) })),
      Member("fee_due", .int(feeDue)), Member("paid", .int(paid)),
      Member("changed_at", at(changedAt)), Member("changed_by", .text(changedBy.code)),
      Member("changed_by_name", .text(changedBy.name)),
      Member("documents", .array(documents.map(\.json))),
      Member("payments", .array(payments.map(\.json))),
      Member("consultations", .array(consultations.map(\.json))),
      Member("handovers", .array(handovers.map(\.json))),
    ]
    return .object(members)
  }
}

extension DataValue {
  var json: JSONTree {
    switch self {
    case .bool(let value): .bool(value)
    case .integer(let value): .int(value)
    case .decimal(let value): .number("\(value)")
    case .text(let value): .text(value)
    case .date(let value): .text(value.description)
    }
  }
}

extension DossierSheet.Paper {
  fileprivate var json: JSONTree {
    .object([
      .init("component", .text(component)), .init("name", .text(name)), .init("copies", .int(Int64(copies))),
      .init("original", .bool(original)), .init("sha256", .text(sha256)), .init("at", .text(at.iso)),
    ])
  }
}

extension DossierSheet.Receipt {
  fileprivate var json: JSONTree {
    .object([
      .init("amount", .int(amount)), .init("method", .text(method)), .init("receipt", .text(receipt)),
      .init("at", .text(at.iso)),
    ])
  }
}

extension DossierSheet.Opinion {
  fileprivate var json: JSONTree {
    .object([
      .init("unit", .text(unit.code)), .init("unit_name", .text(unit.name)),
      .init("asked_at", .text(askedAt.iso)), .init("due", .text(due?.iso)),
      .init("status", .text(status)), .init("closed_at", .text(closedAt?.iso)),
      .init("opinion", .text(opinion)), .init("text", .text(text)),
    ])
  }
}

extension DossierSheet.Crossing {
  fileprivate var json: JSONTree {
    .object([
      .init("from", .text(from.code)), .init("from_name", .text(from.name)), .init("to", .text(to.code)),
      .init("to_name", .text(to.name)), .init("state", .text(state)),
      .init("back", .bool(back)), .init("sent_at", .text(sentAt.iso)), .init("sent_by", .text(sentBy.code)),
      .init("sent_by_name", .text(sentBy.name)),
      .init("result", .text(result)), .init("closed_at", .text(closedAt?.iso)),
      .init("closed_by", .text(closedBy?.code)), .init("closed_by_name", .text(closedBy?.name)),
      .init("reason", .text(reason)),
    ])
  }
}

// What to do next: in words, and as data, which each front end turns into its own command, link or button.

package struct Remedy: Sendable, Hashable {
  /// A whole sentence; where there is a step, what stands before it: "Look again".
  package let words: Localized
  package let step: Step?

  package init(_ words: Localized, _ step: Step? = nil) {
    self.words = words
    self.step = step
  }

  /// Something that a front end can offer. Where a dossier is nil, its code is not known.
  package enum Step: Sendable, Hashable {
    case showDossier(String?)
    case readHistory(String?)
    /// See what can be done with a dossier.
    case seeActions(dossier: String?)
    /// Carry out one of the actions that are listed.
    case act(dossier: String?)
    case attachDocuments(dossier: String?)
    case payFee(dossier: String?)
    case amendData(dossier: String?)
    case openInbox
    case searchApplicant(String)
    case listUnits
    case listStaff(unit: String?)
    case listRoles
    case listProcedures
    case listWorkflows
    case assignStaff(username: String, role: String)
    case setPassword
    /// Say who acts.
    case nameActor
    /// Do not act for somebody else.
    case actAsOneself
    case loadCalendar
    case runDoctor
    case migrateDatabase
    case showServerStatus
    /// Correct where the program connects to.
    case correctConnection(Connection)
    /// Send the request again with what it lacks.
    case provide(Input)
  }

  package enum Connection: Sendable, Hashable { case address, databaseName, socketPath }

  /// A part of a request.
  package enum Input: Sendable, Hashable {
    /// A paper that is none of the procedure's, by its name.
    case documentName
    case reason, signature, until, targetState, unit, addressUnit
    /// Components of the procedure, by their ids.
    case documents([String])
  }
}

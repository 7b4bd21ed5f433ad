// Variables of the environment that look like ours and are not: said, and let be.

import Daemon
import Logging
import Messages
import Terminal

extension Console {
  func noteIgnoredVariables(_ configuration: DaemonConfiguration) {
    for variable in configuration.ignoredVariables {
      let name = sanitized(variable.name)
      note(
        Localized(
          vi: "Biến môi trường \(name) không phải là mục cấu hình và được bỏ qua",
          en: "The variable \(name) is no setting and is ignored")
          + (variable.meant.map { Localized(vi: "; có phải “\($0)”?", en: "; did you mean “\($0)”?") }
            ?? Localized(same: ".")),
        .soon)
    }
  }
}

extension DaemonConfiguration {
  func logIgnoredVariables() {
    if ignoredVariables.isEmpty { return }
    Logger(label: "motcuad").log(
      .notice, "Variables of the environment that are no settings are ignored.",
      [.variables: ignoredVariables.map(\.name).joined(separator: ", ")])
  }
}

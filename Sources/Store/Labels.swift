// Labels as the database keeps them: {"vi": …, "en": …}.

import Workflow

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Label {
  /// Reads a label column; where a language is missing, the code stands for it.
  package init(json: String?, else code: String) {
    struct Members: Decodable {
      var vi: String?
      var en: String?
    }
    let members = json.flatMap { try? JSONDecoder().decode(Members.self, from: Data($0.utf8)) }
    self.init(vi: members?.vi ?? code, en: members?.en ?? members?.vi ?? code)
  }
}

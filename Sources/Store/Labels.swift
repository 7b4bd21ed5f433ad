// Labels as the database keeps them: {"vi": …, "en": …}.

import CaseModel
import Workflow

extension Label {
  /// Reads a label column; where a language is missing, the code stands for it.
  package init(json: String?, else code: String) {
    let label = json.flatMap { text in
      try? JSONCursor.read(text) { j throws(JSONFault) in
        try j.orNull { j throws(JSONFault) in try j.label() }
      }
    }
    let vi = label?.vi ?? ""
    let en = label?.en ?? ""
    self.init(vi: vi.isEmpty ? code : vi, en: !en.isEmpty ? en : vi.isEmpty ? code : vi)
  }
}

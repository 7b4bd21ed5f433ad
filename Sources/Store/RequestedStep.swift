// A step that is to be taken, and what is wrong with it whatever dossier it is for.

import CaseModel
import Workflow

/// One step to be taken on a dossier.
package struct RequestedStep: Sendable {
  package let dossier: DossierID
  /// The dossier's code, for messages.
  package let code: String
  /// The version it was decided on.
  package let version: Int32
  package let action: String
  /// Nil where only one target fits.
  package let to: String?
  /// JSON.
  package let payload: String
  /// The caller's own id for it: sent again, it is answered again, not done again.
  package let request: String?

  package init(
    dossier: DossierID, code: String, version: Int32, action: String, to: String?, payload: String,
    request: String? = nil
  ) {
    self.dossier = dossier
    self.code = code
    self.version = version
    self.action = action
    self.to = to
    self.payload = payload
    self.request = request
  }
}

extension RequestedStep {
  /// The longest id of a request, in code points, as `motcua.request` keeps it.
  package static let longestRequest = 200

  /// Why no call can carry the step, in the words of the door, which would be asked in vain: with what the database
  /// cannot even read a whole call fails, and everybody's steps in it.
  var refusal: ShopError.Refusal? {
    func refusal(_ message: String, _ hint: String) -> ShopError.Refusal {
      ShopError.Refusal(sqlState: "MC010", message: message, hint: hint, dossier: code, state: nil)
    }
    if [action, to, payload, request].contains(where: { $0?.utf8.contains(0) == true }) {
      return refusal("a text contains U+0000, which no database keeps", "remove it")
    }
    if payload.utf8.count > PayloadLimits.payload {
      return refusal("the payload is longer than \(PayloadLimits.payload / 1024) KiB", "send less at a time")
    }
    if let request, !(1...Self.longestRequest).contains(request.unicodeScalars.count) {
      return refusal(
        "the id of a request has 1 to \(Self.longestRequest) characters", "give each request an id of its own"
      )
    }
    return nil
  }
}

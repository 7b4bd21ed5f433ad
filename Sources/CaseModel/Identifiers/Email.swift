// An e-mail address that a mail server would take.

/// An address of the plain form local@domain (RFC 5321 without quoted local parts and address literals).
/// The domain is kept in small letters; the local part as given.
package struct Email: WrittenValue {
  package let description: String

  package var domain: String { String(description.split(separator: "@")[1]) }

  package init(parsing text: String) throws(InvalidValue) {
    let trimmed = NFC.trimmed(text)
    guard !trimmed.isEmpty else {
      throw InvalidValue(.email, .empty, of: text, vi: "để trống", en: "is empty")
    }
    let start = text.count - text.drop(while: \.isWhitespace).count
    var at: Int?
    for (index, character) in trimmed.enumerated() {
      if character == "@", at == nil {
        at = index
      } else if !Self.allowed(character, inDomain: at != nil) {
        throw InvalidValue(
          .email, .character, of: text, at: start + index + 1,
          vi: "“\(InvalidValue.visible(String(character)))” không được có trong địa chỉ thư điện tử",
          en: "“\(InvalidValue.visible(String(character)))” cannot stand in an e-mail address")
      }
    }
    guard let at else {
      throw InvalidValue(
        .email, .form, of: text, vi: "thiếu @, như ten@example.vn", en: "has no @, as in name@example.vn")
    }
    let local = trimmed.prefix(at)
    let domain = trimmed.dropFirst(at + 1).lowercased()
    guard trimmed.count <= 254, local.count <= 64 else {
      throw InvalidValue(
        .email, .tooLong, of: text, vi: "quá dài: tối đa 64 ký tự trước @, 254 tất cả",
        en: "is too long: at most 64 characters before the @, 254 in all")
    }
    let localParts = local.split(separator: ".", omittingEmptySubsequences: false)
    guard localParts.allSatisfy({ !$0.isEmpty }) else {
      throw InvalidValue(
        .email, .form, of: text, vi: "phần trước @ trống, hoặc có dấu chấm thừa",
        en: "the part before the @ is empty or has a dot too many")
    }
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    let sound = labels.allSatisfy {
      !$0.isEmpty && $0.count <= 63 && $0.first != "-" && $0.last != "-"
    }
    guard sound, labels.count > 1, let top = labels.last, top.count > 1, top.contains(where: \.isLetter)
    else {
      throw InvalidValue(
        .email, .form, of: text, at: start + at + 2,
        vi: "tên miền “\(InvalidValue.visible(domain))” không hợp lệ, phải như example.vn",
        en: "“\(InvalidValue.visible(domain))” is no domain, it must be like example.vn")
    }
    description = local + "@" + domain
  }

  private static func allowed(_ character: Character, inDomain: Bool) -> Bool {
    guard character.isASCII else { return false }
    if character.isLetter || character.isNumber || character == "." || character == "-" { return true }
    return !inDomain && "!#$%&'*+/=?^_`{|}~".contains(character)
  }
}

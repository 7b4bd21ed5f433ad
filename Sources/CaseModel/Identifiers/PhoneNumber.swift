// Telephone numbers as people in Việt Nam write them, kept in one form.

/// A telephone number: Vietnamese mobile (10 digits), landline (11), service number (1800/1900), or any
/// foreign one with its country code.
package struct PhoneNumber: WrittenValue {
  /// Digits alone: national ("0912345678") for Vietnamese numbers, "+" and country code for foreign ones.
  package let description: String

  package var isForeign: Bool { description.first == "+" }
  package var isMobile: Bool {
    description.count == 10 && "35789".contains(description.dropFirst().prefix(1))
  }

  /// E.164, for a telephone network: "+84912345678"; nil for service numbers, which exist only at home.
  package var international: String? {
    isForeign ? description : description.first == "0" ? "+84" + description.dropFirst() : nil
  }

  /// In groups, for reading: "0912 345 678", "024 3825 3536".
  package var spaced: String {
    guard description.first == "0" else { return description }
    let area = description.hasPrefix("024") || description.hasPrefix("028") ? 3 : 4
    let rest = description.dropFirst(area)
    return
      "\(description.prefix(area)) \(rest.dropLast(rest.count - rest.count / 2)) \(rest.dropFirst(rest.count / 2))"
  }

  /// Accepts 0…, 84…, +84…, 0084…, with spaces, dots, hyphens, brackets; mobile numbers of 11 digits (in use
  /// until September 2018) become their successors.
  package init(parsing text: String) throws(InvalidValue) {
    var typed = Typed(text, dropping: ".-()/")
    let plus = typed.characters.first?.character == "+"
    if plus { typed.removeFirst() }
    var digits = try typed.digits(.phone)
    guard !digits.isEmpty else {
      throw InvalidValue(.phone, .empty, of: text, vi: "không có chữ số nào", en: "has no digits")
    }
    let abroad = plus || digits.starts(with: [0, 0])
    if digits.starts(with: [0, 0]) { digits.removeFirst(2) }
    if digits.starts(with: [8, 4]), abroad || digits.count >= 11 {
      digits.removeFirst(2)
      if digits.first != 0 { digits.insert(0, at: 0) }
    } else if abroad {
      guard (8...15).contains(digits.count), digits.first != 0 else {
        throw InvalidValue(
          .phone, digits.count > 15 ? .tooLong : digits.count < 8 ? .tooShort : .form, of: text,
          vi: "số nước ngoài gồm + và mã nước, tất cả 8 đến 15 chữ số",
          en: "a foreign number is + and the country code, 8 to 15 digits in all")
      }
      description = "+" + digits.map(String.init).joined()
      return
    }
    description = try Self.national(digits, of: text)
  }

  // MARK: - How

  private static func national(_ digits: [Int], of text: String) throws(InvalidValue) -> String {
    let written = digits.map(String.init).joined()
    if written.hasPrefix("1800") || written.hasPrefix("1900"), (8...10).contains(digits.count) {
      return written
    }
    guard digits.count > 1, digits[0] == 0 else {
      throw InvalidValue(
        .phone, .form, of: text,
        vi: "số điện thoại bắt đầu bằng 0 hoặc +84 (nước ngoài: + mã nước), như 0912 345 678",
        en: "a telephone number begins with 0 or +84 (abroad: + country code), as in 0912 345 678")
    }
    if digits.count == 11, let renewed = renewed[String(written.prefix(4))] {
      return renewed + written.dropFirst(4)
    }
    let wanted: Int
    switch digits[1] {
    case 3, 5, 7, 8, 9: wanted = 10
    case 2: wanted = 11
    default:
      throw InvalidValue(
        .phone, .form, of: text,
        vi: "không có đầu số 0\(digits[1]); di động bắt đầu bằng 03, 05, 07, 08, 09, cố định bằng 02",
        en: "there is no prefix 0\(digits[1]); mobiles begin with 03, 05, 07, 08, 09, landlines with 02")
    }
    guard digits.count == wanted else {
      throw InvalidValue(
        .phone, digits.count < wanted ? .tooShort : .tooLong, of: text,
        vi: "có \(digits.count) chữ số, số bắt đầu bằng 0\(digits[1]) phải có \(wanted); hãy kiểm tra lại",
        en: "has \(digits.count) digits, a number beginning with 0\(digits[1]) has \(wanted); check it")
    }
    return written
  }

  /// The renumbering of 15 September 2018: prefixes of 11-digit mobiles and what replaced them.
  private static let renewed: [String: String] = [
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038",
    "0169": "039", "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0186": "056", "0188": "058", "0199": "059",
  ]
}

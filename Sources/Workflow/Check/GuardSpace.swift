// All the data that matters to some conditions, as finitely many points: what holds at these holds everywhere.

import CaseModel
import WorkingTime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The truth of a comparison of a field with a constant, or of two fields, changes only at the constants. So it is
/// enough to try each constant, points between and beyond them (as many as there are fields compared with one
/// another, so that they can stand in any order), and no value where a field may have none. A part that is
/// neither (arithmetic on fields, text functions) is taken as able to be true, false or unknown whatever the rest
/// is: what is proved then is true, but a counterexample may not exist.
struct GuardSpace {
  /// More points than this are not tried.
  static let mostPoints = 40_000

  /// One choice of data.
  struct Point {
    fileprivate(set) var values: [String: FEELValue] = [:]
    fileprivate(set) var opaque: [Expression: FEELValue] = [:]

    func holds(_ condition: Expression) -> Bool {
      condition.value { part in
        if case .field(let name) = part.node { return values[name] ?? .null }
        return opaque.isEmpty ? nil : opaque[part]
      }.bool == true
    }

    /// Whether it exists for sure, being made of values of fields only.
    var isCertain: Bool { opaque.isEmpty }
  }

  private let axes: [(name: String, values: [FEELValue])]
  private let opaque: [Expression]

  /// Whether every part of the conditions was understood.
  var isExact: Bool { opaque.isEmpty }

  init(_ conditions: [Expression], fields: [DataField]) {
    var scan = GuardScan(fields: fields)
    for condition in conditions { scan.visit(condition) }
    opaque = scan.opaque
    axes = scan.axes()
  }

  /// The number of points; `mostPoints + 1` stands for any more.
  private var size: Int {
    var size = 1
    for count in axes.map(\.values.count) + opaque.map({ _ in 3 }) {
      size = min(size * max(count, 1), GuardSpace.mostPoints + 1)
    }
    return size
  }

  enum Search {
    case found(Point)
    case none
    /// There are too many points to try.
    case tooMany
  }

  /// The first point that is wanted.
  func first(where wanted: (Point) -> Bool) -> Search {
    guard size <= GuardSpace.mostPoints else { return .tooMany }
    let truths: [FEELValue] = [.bool(true), .bool(false), .null]
    var indices = [Int](repeating: 0, count: axes.count + opaque.count)
    let counts = axes.map(\.values.count) + opaque.map { _ in truths.count }
    while true {
      var point = Point()
      for (axis, index) in zip(axes, indices) { point.values[axis.name] = axis.values[index] }
      for (part, index) in zip(opaque, indices[axes.count...]) { point.opaque[part] = truths[index] }
      if wanted(point) { return .found(point) }
      var place = 0
      while place < indices.count {
        indices[place] += 1
        if indices[place] < counts[place] { break }
        indices[place] = 0
        place += 1
      }
      if place == indices.count { return .none }
    }
  }
}

extension GuardSpace.Point {
  /// “floor_area = 250, heritage_zone = false”
  var label: Label {
    var vi: [String] = []
    var en: [String] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      vi.append(value == .null ? "\(name) chưa có giá trị" : "\(name) = \(value.literal)")
      en.append(value == .null ? "\(name) has no value" : "\(name) = \(value.literal)")
    }
    for (part, value) in opaque.sorted(by: { $0.key.description < $1.key.description }) {
      vi.append("\(part) là \(value.literal)")
      en.append("\(part) is \(value.literal)")
    }
    return Label(vi: vi.joined(separator: ", "), en: en.joined(separator: ", "))
  }
}

extension FEELValue {
  var literal: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let value): value.description
    case .text(let value): "\"\(value)\""
    case .date(let value): value.description
    case .list(let items): "[" + items.map(\.literal).joined(separator: ", ") + "]"
    }
  }
}

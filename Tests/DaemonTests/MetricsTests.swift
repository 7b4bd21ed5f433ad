// Prometheus' text as Prometheus reads it.

import CoreMetrics
import Foundation
import Metrics
import Testing

@testable import Daemon

@Suite struct MetricsTests {
  @Test func theWholeText() {
    let registry = MetricsRegistry()
    Counter(label: "motcua.tries", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment(by: 3)
    Counter(label: "motcua.tries", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
    FloatingPointCounter(label: "money_total", factory: registry).increment(by: 1.5)
    Gauge(label: "motcua_up", factory: registry).record(1)
    Meter(label: "level", factory: registry).set(-0.25)
    let timer = Timer(label: "call", factory: registry)
    timer.recordNanoseconds(2_000_000)
    timer.recordSeconds(100)
    let text = registry.exposition()
    #expect(
      text.hasPrefix(
        """
        # TYPE call_seconds histogram
        call_seconds_bucket{le="0.001"} 0
        call_seconds_bucket{le="0.0025"} 1
        call_seconds_bucket{le="0.005"} 1

        """), "\(text)")
    #expect(
      text.hasSuffix(
        """
        call_seconds_bucket{le="60"} 1
        call_seconds_bucket{le="+Inf"} 2
        call_seconds_sum 100.002
        call_seconds_count 2
        # TYPE level gauge
        level -0.25
        # TYPE money_total counter
        money_total 1.5
        # TYPE motcua_tries_total counter
        motcua_tries_total{a="1",b="2"} 4
        # HELP motcua_up 1 while the process runs.
        # TYPE motcua_up gauge
        motcua_up 1

        """), "\(text)")
  }

  /// Whatever stands in a label comes out as one line, and reads back as what it was.
  @Test(arguments: ["plain", "a\"b", "back\\slash", "two\nlines", "\\n", "đ ộ", "", "}", "a=\"b\",c"])
  func labelsAreEscaped(_ value: String) throws {
    let registry = MetricsRegistry()
    Counter(label: "c", dimensions: [("l", value)], factory: registry).increment()
    let lines = registry.exposition().split(separator: "\n")
    #expect(lines.count == 2)
    let match = try #require(String(lines[1]).firstMatch(of: /^c_total\{l="((?:[^"\\]|\\[\\"n])*)"\} 1$/))
    var read = ""
    var rest = match.output.1
    while let letter = rest.popFirst() {
      guard letter == "\\" else {
        read.append(letter)
        continue
      }
      let escaped = rest.popFirst()
      read.append(escaped == "n" ? "\n" : escaped ?? "?")
    }
    #expect(read == value)
  }

  @Test(arguments: [
    ("a.b-c", "a_b_c"), ("9lives", "_9lives"), ("a:b", "a:b"), ("", "_"), ("đồng", "__ng"),
  ]) func namesAreMadeFit(_ label: String, _ name: String) {
    #expect(MetricNames.metric(label) == name)
  }

  @Test func labelNamesOfPrometheusAreLeftToIt() {
    #expect(MetricNames.label("__name__") == "label__name__")
    #expect(MetricNames.label("a:b") == "a_b")
  }

  @Test func ofOneNameAllAreOfOneKind() {
    let registry = MetricsRegistry()
    Gauge(label: "x_total", factory: registry).record(5)
    Counter(label: "x", factory: registry).increment(by: 9)
    let text = registry.exposition()
    #expect(text.contains("# TYPE x_total gauge\nx_total 5\n"))
    #expect(!text.contains("counter"))
    #expect(text.contains("motcua_metric_conflicts 1\n"))
  }

  @Test func whatIsDestroyedIsGone() {
    let registry = MetricsRegistry()
    let (a, b) = (
      Counter(label: "a", dimensions: [("x", "1")], factory: registry),
      Counter(label: "a", dimensions: [("x", "2")], factory: registry)
    )
    a.destroy()
    #expect(registry.exposition() == "# TYPE a_total counter\na_total{x=\"2\"} 0\n")
    b.destroy()
    #expect(registry.exposition() == "")
  }

  @Test func aCounterOnlyGrows() {
    let counter = CountingInstrument()
    counter.increment(by: -1.0)
    counter.increment(by: Double.nan)
    counter.increment(by: Double.infinity)
    counter.increment(by: Int64(2))
    #expect(counter.reading == .value(2))
  }

  @Test func nothingIsLostBetweenThreads() async {
    let registry = MetricsRegistry()
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<1000 {
            Counter(label: "n", dimensions: [("task", "\(task % 2)")], factory: registry).increment()
          }
        }
      }
    }
    #expect(
      registry.exposition() == "# TYPE n_total counter\nn_total{task=\"0\"} 4000\nn_total{task=\"1\"} 4000\n")
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (1e16, "1e+16"), (0.1, "0.1"), (Double.nan, "NaN"), (.infinity, "+Inf"),
    (-.infinity, "-Inf"), (123_456_789_012, "123456789012"), (Double.leastNonzeroMagnitude, "5e-324"),
  ]) func numbers(_ value: Double, _ text: String) { #expect(Escaping.number(value) == text) }
}

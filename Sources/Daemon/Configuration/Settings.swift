// All settings there are. What the file may say, which variables are known, what `motcuad config` shows and the table
// in docs/operations.md follow from this list.

import Logging
import Messages

package enum LogForm: String, CaseIterable, Sendable { case auto, text, json }

package enum Settings {
  package static let conninfo = Setting<String>.text(
    "database.conninfo", "", secret: true,
    Localized(
      vi: "cơ sở dữ liệu (chuỗi kết nối libpq); trống: theo PGHOST/PGSERVICE/PGDATABASE.",
      en: "the database, a libpq connection string; empty: by PGHOST/PGSERVICE/PGDATABASE."))
  package static let connections = Setting<Int>.number(
    "database.connections", 4, in: 1...500,
    Localized(
      vi: "số kết nối dùng chung, không kể kết nối riêng của mỗi dịch vụ.",
      en: "connections that are shared, besides one of each service's own."))
  package static let timeLimit = Setting<Duration>.duration(
    "database.time_limit", "30s", in: .milliseconds(100)...(.seconds(3600)),
    Localized(
      vi: "thời gian tối đa của một lần gọi cơ sở dữ liệu.",
      en: "how long one call of the database may take."))
  package static let leaseLength = Setting<Duration>.duration(
    "lease.length", "10s", in: .milliseconds(100)...(.seconds(3600)),
    Localized(
      vi: "sau bao lâu một tiến trình chính im lặng thì bị thay thế.",
      en: "how long a leader may be silent before another process replaces it."))
  package static let listenAddress = Setting<String>.text(
    "listen.address", "127.0.0.1",
    Localized(vi: "địa chỉ của số liệu giám sát và trạng thái.", en: "the address for metrics and health."))
  package static let listenPort = Setting<Int>.number(
    "listen.port", 9464, in: 0...65535,
    Localized(
      vi: "cổng của số liệu giám sát và trạng thái; 0: không mở cổng nào.",
      en: "the port for metrics and health; 0: none is opened."))
  package static let logLevel = Setting<Logger.Level>.choice(
    "log.level", .info,
    Localized(vi: "mức nhật ký.", en: "what is logged, from this level on."))
  package static let logForm = Setting<LogForm>.choice(
    "log.format", .auto,
    Localized(
      vi: "dạng nhật ký; auto: text ở màn hình, json ở nơi khác.",
      en: "how it is logged; auto: text on a terminal, JSON elsewhere."))
  package static let metricsFile = Setting<String>.text(
    "metrics.file", "",
    Localized(
      vi: "tệp ghi số liệu giám sát (cho textfile collector của node_exporter); trống: không ghi.",
      en: "a file for metrics (node_exporter's textfile collector); empty: none."))
  package static let metricsInterval = Setting<Duration>.duration(
    "metrics.interval", "15s", in: .milliseconds(100)...(.seconds(3600)),
    Localized(vi: "chu kỳ ghi tệp ấy.", en: "how often that file is written."))
  package static let startLimit = Setting<Duration>.duration(
    "restart.start_limit", "5m", in: .milliseconds(100)...(.seconds(86_400)),
    Localized(
      vi: "thời gian tối đa để một dịch vụ khởi động xong; quá hạn tính là một lần lỗi.",
      en: "how long a service may take to start; beyond it, that is a failure."))
  package static let restartFirst = Setting<Duration>.duration(
    "restart.first", "1s", in: .milliseconds(1)...(.seconds(3600)),
    Localized(
      vi: "chờ bao lâu trước lần khởi động lại đầu tiên; mỗi lần sau gấp đôi.",
      en: "the pause before a failed service is first started again; each one after it is twice as long."))
  package static let restartLongest = Setting<Duration>.duration(
    "restart.longest", "60s", in: .milliseconds(1)...(.seconds(86_400)),
    Localized(vi: "lần chờ dài nhất.", en: "the longest such pause."))
  package static let unhealthyAfter = Setting<Int>.number(
    "restart.unhealthy_after", 5, in: 1...1000,
    Localized(
      vi: "số lần lỗi liên tiếp để /healthz trả về 503.",
      en: "how many failures in a row make /healthz answer 503."))
  package static let stopLimit = Setting<Duration>.duration(
    "stop.limit", "20s", in: .milliseconds(100)...(.seconds(3600)),
    Localized(vi: "thời gian tối đa để dừng.", en: "how long stopping may take."))

  package static let keeperPoll = Setting<Duration>.duration(
    "keeper.poll", "5m", in: .milliseconds(100)...(.seconds(86_400)),
    Localized(
      vi: "keeper xem lại sau bao lâu, khi không được đánh thức.",
      en: "how often the keeper looks, where nothing wakes it."))
  package static let eventYears = Setting<Int>.number(
    "keeper.event_years", 2, in: 0...50,
    Localized(
      vi: "chuẩn bị trước phân vùng sự kiện cho bao nhiêu năm.",
      en: "for how many coming years partitions of events are made."))
  package static let calendarDays = Setting<Int>.number(
    "keeper.calendar_days", 90, in: 0...3660,
    Localized(
      vi: "cảnh báo khi lịch làm việc chỉ còn chừng ấy ngày.",
      en: "warn where the working calendar has no more than so many days left."))
  package static let holidayDays = Setting<Int>.number(
    "keeper.holiday_days", 60, in: 0...366,
    Localized(
      vi: "cảnh báo khi còn chừng ấy ngày mà chưa có ngày nghỉ của năm tới.",
      en: "warn so many days before a year whose holidays are not known."))
  package static let clockLimit = Setting<Duration>.duration(
    "keeper.clock_limit", "2s", in: .milliseconds(1)...(.seconds(86_400)),
    Localized(
      vi: "cảnh báo khi đồng hồ máy này và của cơ sở dữ liệu lệch hơn.",
      en: "warn where the clocks of this machine and of the database differ by more."))

  /// In the order in which they are shown.
  package static let all: [any AnySetting] = [
    conninfo, connections, timeLimit, leaseLength, listenAddress, listenPort, logLevel, logForm, metricsFile,
    metricsInterval, startLimit, restartFirst, restartLongest, unhealthyAfter, stopLimit, keeperPoll,
    eventYears,
    calendarDays, holidayDays, clockLimit,
  ]

  /// Variables of the clerk's program and of this one that are no settings of the file.
  package static let otherVariables = ["MOTCUA_CONFIG", "MOTCUA_HOME", "MOTCUA_STAFF", "MOTCUA_LANG"]
}

// How the private server is set: what a counter's work needs, sized by the machine's memory.

import Glibc

/// Whether the data must outlive the machine's sudden death.
package enum Durability: Sendable, Hashable {
  /// Every acknowledged commit is on disk.
  case full
  /// Nothing waits for the disk: for tests and other data that nobody will miss. What was acknowledged
  /// survives a killed server, as the kernel has it; it may not survive the machine.
  case scratch
}

struct ServerSettings: Sendable {
  /// The machine's memory in bytes.
  var memory: Int
  var durability: Durability

  static func machineMemory() -> Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }

  /// The lines of `motcua.conf`.
  var text: String {
    let megabytes = memory >> 20
    let buffers = min(max(megabytes / 8, 64), 2048)
    let durable = durability == .full
    return """
      # Written when this cluster was made; yours to change. Where the sockets are, and that there is no TCP
      # port, is said on the server's command line and cannot be changed here.
      max_connections = 200
      shared_buffers = \(buffers)MB
      effective_cache_size = \(max(megabytes / 2, 256))MB
      maintenance_work_mem = \(min(max(megabytes / 64, 64), 512))MB
      random_page_cost = 1.1
      jit = off

      fsync = \(durable ? "on" : "off")
      synchronous_commit = on
      full_page_writes = \(durable ? "on" : "off")
      wal_compression = on
      max_wal_size = 2GB
      min_wal_size = 160MB
      # The doctor compares them with the times that events say.
      track_commit_timestamp = on

      password_encryption = 'scram-sha-256'
      log_destination = 'stderr'
      logging_collector = off
      log_line_prefix = '%m [%p] %q%u@%d '
      log_checkpoints = off
      log_lock_waits = on
      lc_messages = 'C'

      """
  }
}

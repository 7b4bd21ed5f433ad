// Typing that nobody sees: passwords.

import Messages

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the terminal was before its echo was taken away, for a signal that ends the program meanwhile.
nonisolated(unsafe) private var seen = termios()

/// Runs `work` while the terminal of standard input shows nothing of what is typed. It is made to show it again
/// however that ends, also where a signal ends the program: the shell that comes after would stay blind.
package func unseen<Value>(_ work: () throws(Problem) -> Value) throws(Problem) -> Value {
  guard tcgetattr(0, &seen) == 0 else { return try work() }
  var hidden = seen
  hidden.c_lflag &= ~tcflag_t(ECHO)
  let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  let before = signals.map { number in
    signal(number) { number in
      // Only what may be called at any moment: the terminal as it was, then what the signal means without us.
      tcsetattr(0, TCSANOW, &seen)
      signal(number, SIG_DFL)
      raise(number)
    }
  }
  defer {
    tcsetattr(0, TCSAFLUSH, &seen)
    for (number, action) in zip(signals, before) { signal(number, action) }
  }
  tcsetattr(0, TCSAFLUSH, &hidden)
  return try work()
}

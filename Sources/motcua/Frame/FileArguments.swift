// Files as arguments of commands.

import Glibc
import Messages

/// A file as messages name it.
func spokenName(_ path: String) -> String { path == "-" ? "(stdin)" : sanitized(path) }

func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

// WorkingTimeTests

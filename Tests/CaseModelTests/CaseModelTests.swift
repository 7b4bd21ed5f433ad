// CaseModelTests

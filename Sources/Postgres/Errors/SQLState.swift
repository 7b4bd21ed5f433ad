// SQLSTATE: the five letters by which the server names a condition.

/// The server's code for an error, by the SQL standard and PostgreSQL's Appendix A.
///
/// ```swift
/// catch let error as PostgresError where error.sqlState == .uniqueViolation { … }
/// ```
public struct SQLState: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }
  init(_ rawValue: String) { self.rawValue = rawValue }

  /// The first two letters, which name the family of conditions.
  public var conditionClass: ConditionClass { ConditionClass(rawValue: String(rawValue.prefix(2))) }

  public var description: String { rawValue }

  /// Whether the same transaction, run again from its start, may well succeed.
  public var isTransactionRetryable: Bool { self == .serializationFailure || self == .deadlockDetected }

  /// A family of conditions: the first two letters of an SQLSTATE.
  public struct ConditionClass: Hashable, Sendable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let connectionException = Self(rawValue: "08")
    public static let featureNotSupported = Self(rawValue: "0A")
    public static let dataException = Self(rawValue: "22")
    public static let integrityConstraintViolation = Self(rawValue: "23")
    public static let invalidTransactionState = Self(rawValue: "25")
    public static let invalidAuthorization = Self(rawValue: "28")
    public static let transactionRollback = Self(rawValue: "40")
    public static let syntaxErrorOrAccessRule = Self(rawValue: "42")
    public static let insufficientResources = Self(rawValue: "53")
    public static let objectNotInPrerequisiteState = Self(rawValue: "55")
    public static let operatorIntervention = Self(rawValue: "57")
    public static let raisedByPLpgSQL = Self(rawValue: "P0")
  }
}

extension SQLState {
  public static let connectionFailure = SQLState("08006")
  public static let featureNotSupported = SQLState("0A000")
  public static let stringDataRightTruncation = SQLState("22001")
  public static let numericValueOutOfRange = SQLState("22003")
  public static let datetimeFieldOverflow = SQLState("22008")
  public static let divisionByZero = SQLState("22012")
  public static let characterNotInRepertoire = SQLState("22021")
  public static let invalidParameterValue = SQLState("22023")
  public static let invalidTextRepresentation = SQLState("22P02")
  public static let badCopyFileFormat = SQLState("22P04")
  public static let notNullViolation = SQLState("23502")
  public static let foreignKeyViolation = SQLState("23503")
  public static let uniqueViolation = SQLState("23505")
  public static let checkViolation = SQLState("23514")
  public static let exclusionViolation = SQLState("23P01")
  public static let readOnlyTransaction = SQLState("25006")
  public static let inFailedTransaction = SQLState("25P02")
  public static let invalidStatementName = SQLState("26000")
  public static let invalidAuthorization = SQLState("28000")
  public static let invalidPassword = SQLState("28P01")
  public static let dependentObjectsStillExist = SQLState("2BP01")
  public static let invalidCatalogName = SQLState("3D000")
  public static let invalidSchemaName = SQLState("3F000")
  public static let serializationFailure = SQLState("40001")
  public static let deadlockDetected = SQLState("40P01")
  public static let syntaxError = SQLState("42601")
  public static let insufficientPrivilege = SQLState("42501")
  public static let undefinedColumn = SQLState("42703")
  public static let undefinedObject = SQLState("42704")
  public static let undefinedFunction = SQLState("42883")
  public static let undefinedTable = SQLState("42P01")
  public static let duplicateSchema = SQLState("42P06")
  public static let duplicateTable = SQLState("42P07")
  public static let duplicateObject = SQLState("42710")
  public static let indeterminateDatatype = SQLState("42P18")
  public static let diskFull = SQLState("53100")
  public static let tooManyConnections = SQLState("53300")
  public static let objectInUse = SQLState("55006")
  public static let lockNotAvailable = SQLState("55P03")
  public static let queryCanceled = SQLState("57014")
  public static let adminShutdown = SQLState("57P01")
  public static let crashShutdown = SQLState("57P02")
  public static let cannotConnectNow = SQLState("57P03")
  public static let raiseException = SQLState("P0001")
  public static let noDataFound = SQLState("P0002")
  public static let assertFailure = SQLState("P0004")
  public static let internalError = SQLState("XX000")
}

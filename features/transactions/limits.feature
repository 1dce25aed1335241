@transactions
Feature: Every wait in the database ends at a timeout
  In order to keep one slow transaction from blocking all others
  As an operator
  I want timeouts in force on every connection, and an error that names the one exceeded

  @transactions-12
  Rule: The configured timeouts apply to every connection
    Example: All connections of a pool have the timeouts
      When the server's settings are read in 5 connections
      Then these settings are in force
        | setting                             | value |
        | statement_timeout                   | 30s   |
        | lock_timeout                        | 10s   |
        | idle_in_transaction_session_timeout | 1min  |

    Example: Connections that replace lost ones have the timeouts
      Given the service's pool has lost 3 connections
      When the server's settings are read in 3 connections
      Then the service's pool has opened 3 connections
      And these settings are in force
        | setting                             | value |
        | statement_timeout                   | 30s   |
        | lock_timeout                        | 10s   |
        | idle_in_transaction_session_timeout | 1min  |

  @transactions-13
  Rule: A unit of work never inherits the timeouts of an earlier one
    Example: A transaction has its timeouts although an earlier one has lifted them
      Given Ada has an account
      And a transaction of Ada's has lifted the timeouts of its connection
      When the server's settings are read in every kind of transaction
      Then these settings are in force
        | setting                             | value |
        | statement_timeout                   | 30s   |
        | lock_timeout                        | 10s   |
        | idle_in_transaction_session_timeout | 1min  |

  @transactions-14
  Rule: An exceeded timeout is reported by name, with advice, and nothing is stored
    Background:
      Given Ada has an account
      And Ada has a project "engine"

    Scenario Outline: A statement that waits for a lock exceeds the <timeout> timeout
      Given timeouts.<timeout> is set to 50 ms
      And Ada has begun a transaction
      And the transaction submits "Water"
      When a lock is not granted in time
      Then the transaction is refused because the <timeout> timeout was exceeded
      And the error says "<complaint> more than 0.05 s (<timeout>_timeout), and nothing was changed; <advice>"
      And nothing has changed

      Examples:
        | timeout   | complaint                                                | advice                                                           |
        | statement | a statement took                                         | read or write fewer rows at once, or raise timeouts.statement    |
        | lock      | a statement waited for a lock of another transaction for | try again, or look in pg_locks for the transaction that holds it |

    Scenario Outline: A program that is idle for too long, and then <ending>, exceeds the idle timeout
      Given timeouts.idle_in_transaction is set to 50 ms
      And Ada has begun a transaction
      And the transaction submits "Water"
      When the program is idle for too long
      And the transaction <ending>
      Then the transaction is refused because the idle timeout was exceeded
      And the error says "a unit of work sent no statement for more than 0.05 s (idle_in_transaction_session_timeout), and nothing was changed; do the slow part before or after it, and try again"
      And nothing has changed

      Examples:
        | ending         |
        | submits "Feed" |
        | commits        |

    Example: A statement that an administrator cancels has exceeded no timeout
      Given Ada has begun a transaction
      And the transaction submits "Water"
      When an administrator cancels a statement
      Then the caller gets exactly that error
      And nothing has changed

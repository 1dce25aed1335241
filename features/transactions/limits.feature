@transactions
Feature: Nothing in the database takes for ever
  In order to keep one slow thing from holding up everybody
  As whoever answers for the service when it hangs
  I want limits in force on every connection, and to be told which one was exceeded

  @transactions-12
  Rule: The configured timeouts apply to every connection
    Example: All connections of a pool
      When 5 connections of the service are asked for their limits
      Then each of the 5 has these limits
        | what              | may take |
        | a statement       | 30s      |
        | a wait for a lock | 10s      |
        | doing nothing     | 1min     |

    Example: Connections that were opened in the place of lost ones
      When 3 connections of the service are lost, and those in their place are asked
      Then each of the 3 has these limits
        | what              | may take |
        | a statement       | 30s      |
        | a wait for a lock | 10s      |
        | doing nothing     | 1min     |

  @transactions-13
  Rule: A unit of work never inherits the timeouts of an earlier one
    Example: An earlier one has lifted them all
      Given Ada has an account
      And a unit of work of Ada's has lifted the limits of its connection
      When Ada's next unit of work is done in that connection
      Then these limits were in force
        | what              | may take |
        | a statement       | 30s      |
        | a wait for a lock | 10s      |
        | doing nothing     | 1min     |

  @transactions-14
  Rule: An exceeded timeout is reported by name, with what to do, and nothing is stored
    Scenario Outline: In the middle of the work <excess>
      Given Ada has an account and a project, and locks are given up at once
      When in Ada's work <excess>
      Then Ada is told that <complaint> more than 0.05 s, and: <advice>
      And nothing has changed

      Examples:
        | excess                                                 | complaint                                                | advice                                                           |
        | a statement takes too long                             | a statement took                                         | read or write fewer rows at once, or raise timeouts.statement    |
        | a wait for a lock takes too long                       | a statement waited for a lock of another transaction for | try again, or look in pg_locks for the transaction that holds it |
        | the program does nothing for too long and then goes on | a unit of work sent no statement for                     | do the slow part before or after it, and try again               |
        | the program does nothing for too long and then ends    | a unit of work sent no statement for                     | do the slow part before or after it, and try again               |

    Example: A statement that an administrator cancels has exceeded no limit
      Given Ada has an account and a project, and locks are given up at once
      When a statement of Ada's work is cancelled by an administrator
      Then Ada is told so, and of no limit
      And nothing has changed

@harness
Feature: No session takes for ever
  In order to see at once what hangs, instead of waiting for it
  As an engineer who writes tests
  I want short limits on every session, and to be told which one was exceeded and by whom

  Background:
    Given Ada has an account

  @harness-47
  Rule: The limits of tests are in force in every session
    Scenario Outline: In <kind>
      When <kind> asks for its limits
      Then these are its limits
        | what                            | may take |
        | a statement                     | 5s       |
        | a wait for a lock               | 2s       |
        | doing nothing                   | 10s      |
        | connecting                      | 5s       |
        | a wait for one of 5 connections | 1s       |

      Examples:
        | kind                               | why                       |
        | a session                          | ordinary                  |
        | a committing session               | with no outer transaction |
        | an asynchronous session            | on the other engine       |
        | an asynchronous committing session | and without one           |

  @harness-48
  Rule: Whoever exceeds a limit is told which one, and nothing is stored
    Scenario Outline: There is <kind> <slowness>
      When there is <kind> <slowness>
      Then the failure names <limit> of 0.05 s
      And nothing has changed

      Examples:
        | kind                    | slowness                           | limit                               | why                          |
        | a session               | whose statement takes too long     | statement_timeout                   | it waits for a row           |
        | a session               | that waits for a lock for too long | lock_timeout                        | the same wait, other limit   |
        | a session               | that does nothing for too long     | idle_in_transaction_session_timeout | the server ends it           |
        | a committing session    | that does nothing for too long     | idle_in_transaction_session_timeout | its COMMIT is told           |
        | an asynchronous session | whose statement takes too long     | statement_timeout                   | the same on the other engine |
        | an asynchronous session | that waits for a lock for too long | lock_timeout                        | the same on the other engine |
        | an asynchronous session | that does nothing for too long     | idle_in_transaction_session_timeout | the same on the other engine |

    Example: Nobody answers
      When a session and an asynchronous one are opened where nobody answers
      Then each is told of connect_timeout, of 2 s and of the place where nobody answers

  @harness-49
  Rule: Whoever finds no connection left is told who holds them, and from where
    Scenario Outline: All are held when <kind> is opened
      When of <kind> and another one neither is given back, and a third one is opened
      Then the failure names who holds the connections, and where each was opened

      Examples:
        | kind                    | why              |
        | a session               | ordinary         |
        | an asynchronous session | the other engine |

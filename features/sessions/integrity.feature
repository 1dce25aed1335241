@sessions
Feature: What the database itself refuses about sessions
  In order to trust the sessions whatever wrote them
  As an engineer who imports and repairs data by hand
  I want the database to hold to the rules, not only the service

  Background:
    Given Ada has an account

  @sessions-34
  Rule: The database rejects invalid rows of sessions and names the violated constraint
    Scenario Outline: A script cannot store a session whose <column> is <value>
      When a script stores a session of Ada's whose <column> is <value>
      Then the database refuses it by the rule <rule>
      And nothing has changed

      Examples:
        | column            | value                       | rule                                    |
        | jti               | nothing                     | jti                                     |
        | jti               | "A" × 42                    | ck_login_sessions_jti_form              |
        | jti               | "A" × 44                    | ck_login_sessions_jti_form              |
        | jti               | "A" × 42 + "+"              | ck_login_sessions_jti_form              |
        | user_id           | nothing                     | user_id                                 |
        | user_id           | 4242                        | fk_login_sessions_user_id_users         |
        | user_agent        | "x" × 301                   | ck_login_sessions_user_agent_form       |
        | must_set_password | nothing                     | must_set_password                       |
        | created_at        | nothing                     | created_at                              |
        | last_seen_at      | nothing                     | last_seen_at                            |
        | last_seen_at      | "2026-03-02T11:59:59+00:00" | ck_login_sessions_seen_while_live       |
        | last_seen_at      | "2026-03-03T00:00:01+00:00" | ck_login_sessions_seen_while_live       |
        | expires_at        | nothing                     | expires_at                              |
        | expires_at        | "2026-03-02T12:00:00+00:00" | ck_login_sessions_expires_after_created |
        | ended_at          | "2026-03-02T13:00:00+00:00" | ck_login_sessions_ended_for_a_reason    |
        | ended_because     | "logged_out"                | ck_login_sessions_ended_for_a_reason    |

    Example: A script can store a session whose values are all right, and only once
      Given a script stores a session of Ada's as it should be
      When a script stores a session of Ada's as it should be
      Then the database refuses it by the rule pk_login_sessions
      And nothing has changed

    Example: A session that a script says no more about may be used for everything
      When a script stores a session of Ada's without its must_set_password
      Then the database lets it through
      And the must_set_password of Ada's session is false

    Example: A script cannot end a session before it began
      When a script stores a session of Ada's that ended before it began
      Then the database refuses it by the rule ck_login_sessions_ended_after_created
      And nothing has changed

    Example: A script cannot store a failed login without a time
      When a script counts a failed login against Ada without a time
      Then the database refuses it by the rule ck_users_failed_logins_are_dated
      And nothing has changed

    Example: A script cannot take the failed logins away altogether
      When a script stores no failed logins for Ada, not even none
      Then the database refuses it by the rule failed_logins_at
      And nothing has changed

  @asvs-13.2.2 @sessions-35
  Rule: Only the role for accounts can read sessions, and it cannot change how one was opened
    Scenario Outline: The role of <role> may not <verb> a session
      When somebody in the role "<role>" tries to <verb> a session
      Then the database refuses it for want of a right
      And nothing has changed

      Examples:
        | role         | verb   | why                     |
        | app_identity | update | its id is not to change |
        | app_tenant   | select | none of its business    |
        | app_tenant   | insert | none of its business    |
        | app_tenant   | update | none of its business    |
        | app_tenant   | delete | none of its business    |
        | app_worker   | select | none of its business    |
        | app_worker   | insert | none of its business    |
        | app_worker   | update | none of its business    |
        | app_worker   | delete | none of its business    |

    Scenario Outline: The service's own role may not change the <column> of a session
      When the service's own role tries to change the <column> of a session
      Then the database refuses it for want of a right

      Examples:
        | column            |
        | user_id           |
        | created_at        |
        | expires_at        |
        | must_set_password |

  @asvs-13.2.2 @asvs-6.4.1 @asvs-7.4.1 @sessions-36
  Rule: A restricted or ended session stays so for as long as its token could be used
    Scenario Outline: The service's own role <undoes>
      Given the clock shows the server's own time
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When the service's own role <undoes>
      Then the database refuses it for want of a right
      And nothing has changed

      Examples:
        | undoes                                                                   |
        | lifts the restriction of Ada's session                                   |
        | stores Ada's session over the one that is there, without its restriction |
        | deletes Ada's account, and stores it again under its id                  |
        | gives Ada's account another id                                           |
        | gives Ada's temporary password to another account                        |

    Example: A session whose token has not expired cannot be stored again without its restriction
      Given the clock shows the server's own time
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When the service's own role deletes Ada's session, and stores it again without its restriction
      Then the database refuses it by the rule pk_login_sessions
      And nothing has changed
      When Ada presents her token
      Then the bearer is refused because a new password must be set first

    Example: A session whose token has not expired stays
      Given the clock shows the server's own time
      And Ada is logged in
      When the service's own role deletes Ada's session
      Then the database lets it through
      And nothing has changed

    Example: A session whose token has expired may be forgotten
      Given Ada is logged in
      When the service's own role deletes Ada's session
      Then the database lets it through
      And 0 sessions of Ada's are left

    Example: A session goes with its account, whether its token has expired or not
      Given the clock shows the server's own time
      And Ada is logged in
      When the service's own role deletes Ada's account
      Then the database lets it through
      And 0 sessions of Ada's are left

    Scenario Outline: <who> <undoes>
      Given Ada is logged in
      And Ada logs out on her laptop
      When <who> <undoes>
      Then the database refuses it by the rule login_sessions_end_is_final
      And nothing has changed

      Examples:
        | who                    | undoes                                           |
        | the service's own role | takes back that Ada's session has ended          |
        | the service's own role | says that Ada's session ended later              |
        | the service's own role | says that Ada's session ended for another reason |
        | a script               | takes back that Ada's session has ended          |

    Example: That a session was used is noted, whether it has ended or not
      Given Ada is logged in
      And Ada logs out on her laptop
      When the service's own role notes that Ada's session was used
      Then the database lets it through

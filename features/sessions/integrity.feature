@sessions
Feature: What the database enforces for sessions
  In order to trust sessions independently of the client that wrote them
  As a developer
  I want the database, too, to enforce the rules

  Background:
    Given Ada has an account

  @asvs-2.2.2 @contract @sessions-34
  Rule: The database rejects invalid rows of sessions and names the violated constraint
    Scenario Outline: A script cannot store a session whose <column> is <value>
      When a script stores a session of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column            | value                       | constraint                              |
        | jti               | nothing                     | jti NOT NULL                            |
        | jti               | "A" × 42                    | ck_login_sessions_jti_form              |
        | jti               | "A" × 44                    | ck_login_sessions_jti_form              |
        | jti               | "A" × 42 + "+"              | ck_login_sessions_jti_form              |
        | user_id           | nothing                     | user_id NOT NULL                        |
        | user_id           | 4242                        | fk_login_sessions_user_id_users         |
        | user_agent        | "x" × 301                   | ck_login_sessions_user_agent_form       |
        | must_set_password | nothing                     | must_set_password NOT NULL              |
        | created_at        | nothing                     | created_at NOT NULL                     |
        | last_seen_at      | nothing                     | last_seen_at NOT NULL                   |
        | last_seen_at      | "2026-03-02T11:59:59+00:00" | ck_login_sessions_seen_while_live       |
        | last_seen_at      | "2026-03-03T00:00:01+00:00" | ck_login_sessions_seen_while_live       |
        | expires_at        | nothing                     | expires_at NOT NULL                     |
        | expires_at        | "2026-03-02T12:00:00+00:00" | ck_login_sessions_expires_after_created |
        | ended_at          | "2026-03-02T13:00:00+00:00" | ck_login_sessions_ended_for_a_reason    |
        | ended_because     | "logged_out"                | ck_login_sessions_ended_for_a_reason    |

    Scenario Outline: A script can store <row> whose <column> is <value>
      When a script stores <row> of Ada's whose <column> is <value>
      Then the database accepts it

      Examples:
        | row              | column       | value                       | limit of                              |
        | a session        | user_agent   | "é" × 300                   | ck_login_sessions_user_agent_form     |
        | a session        | user_agent   | nothing                     | ck_login_sessions_user_agent_form     |
        | a session        | ip           | nothing                     | nothing                               |
        | a session        | last_seen_at | "2026-03-02T12:00:00+00:00" | ck_login_sessions_seen_while_live     |
        | a session        | last_seen_at | "2026-03-03T00:00:00+00:00" | ck_login_sessions_seen_while_live     |
        | an ended session | ended_at     | "2026-03-02T12:00:00+00:00" | ck_login_sessions_ended_after_created |

    Example: A script cannot change the id of a user that a session refers to
      Given a script stores a session of Ada's
      When a script executes "UPDATE users SET id = DEFAULT"
      Then the database rejects it because of the constraint fk_login_sessions_user_id_users
      And nothing has changed

    Scenario Outline: A script can store a session that ended because of <value>
      When a script stores an ended session of Ada's whose ended_because is <value>
      Then the database accepts it

      Examples:
        | value                    |
        | "logged_out"             |
        | "ended_by_user"          |
        | "ended_by_administrator" |
        | "too_many"               |
        | "password_changed"       |
        | "temporary_password"     |
        | "deactivated"            |

    Example: A script can store a valid session only once
      Given a script stores a session of Ada's
      When a script stores a session of Ada's
      Then the database rejects it because of the constraint pk_login_sessions
      And nothing has changed

    Example: A session that a script stores without its must_set_password is unrestricted
      When a script stores a session of Ada's without its must_set_password
      Then the database accepts it
      And the must_set_password of Ada's session is false

    Example: A script cannot store a session that ended before it was created
      When a script stores an ended session of Ada's whose ended_at is "2026-03-02T11:59:59.999999+00:00"
      Then the database rejects it because of the constraint ck_login_sessions_ended_after_created
      And nothing has changed

    Example: A script cannot store a failed login without a time
      When a script executes "UPDATE users SET failed_logins_at = '{NULL}'"
      Then the database rejects it because of the constraint ck_users_failed_logins_are_dated
      And nothing has changed

    Example: A script cannot remove the list of failed logins
      When a script executes "UPDATE users SET failed_logins_at = NULL"
      Then the database rejects it because of the constraint failed_logins_at NOT NULL
      And nothing has changed

  @asvs-13.2.2 @contract @sessions-35
  Rule: Only the role for accounts can read sessions, and it cannot change how one was opened
    Scenario Outline: The role <role> cannot <verb> a session
      When a client in the role "<role>" tries to <verb> a session
      Then the database rejects it because of a missing privilege
      And nothing has changed

      Examples:
        | role         | verb   |
        | app_identity | update |
        | app_tenant   | select |
        | app_tenant   | insert |
        | app_tenant   | update |
        | app_tenant   | delete |
        | app_worker   | select |
        | app_worker   | insert |
        | app_worker   | update |
        | app_worker   | delete |

    Scenario Outline: The role app_identity cannot update the <column> of a session
      When a client in the role "app_identity" tries to update the <column> of a session
      Then the database rejects it because of a missing privilege

      Examples:
        | column            |
        | user_id           |
        | created_at        |
        | expires_at        |
        | must_set_password |

  @asvs-13.2.2 @asvs-6.4.1 @asvs-7.4.1 @sessions-36
  Rule: A restricted or ended session stays so for as long as its token could be used
    Scenario Outline: The role app_identity is rejected where it <undoes>
      Given the clock shows the server's own time
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When a client in the role "app_identity" <undoes>
      Then the database rejects it because of a missing privilege
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
      When a client in the role "app_identity" deletes Ada's session, and stores it again without its restriction
      Then the database rejects it because of the constraint pk_login_sessions
      And nothing has changed
      When Ada presents her token
      Then the bearer is refused because a new password must be set first

    Example: A session whose token has not expired is not deleted
      Given the clock shows the server's own time
      And Ada is logged in
      When a client in the role "app_identity" deletes Ada's session
      Then the database accepts it
      And nothing has changed

    Example: A session whose token has expired can be deleted
      Given Ada is logged in
      When a client in the role "app_identity" deletes Ada's session
      Then the database accepts it
      And 0 sessions of Ada's are left

    Example: Deleting an account deletes its sessions, although their tokens have not expired
      Given the clock shows the server's own time
      And Ada is logged in
      When a client in the role "app_identity" deletes Ada's account
      Then the database accepts it
      And 0 sessions of Ada's are left

    Scenario Outline: An ended session stays as it is: <client> <undoes>
      Given Ada is logged in
      And Ada logs out on her laptop
      When <client> <undoes>
      Then the database rejects it because of the constraint login_sessions_end_is_final
      And nothing has changed

      Examples:
        | client                              | undoes                                           |
        | a client in the role "app_identity" | takes back that Ada's session has ended          |
        | a client in the role "app_identity" | says that Ada's session ended later              |
        | a client in the role "app_identity" | says that Ada's session ended for another reason |
        | a script                            | takes back that Ada's session has ended          |

    Example: The last use of an ended session can be updated
      Given Ada is logged in
      And Ada logs out on her laptop
      When a client in the role "app_identity" notes that Ada's session was used
      Then the database accepts it

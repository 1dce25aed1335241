@passwords
Feature: The strength of passwords
  In order that my password is not guessed from common passwords or from my name
  As an account holder
  I want a weak password refused, with every reason

  Background:
    Given Ada is logged in

  @asvs-6.2.1 @asvs-6.2.9 @passwords-5
  Rule: A password has from 15 to 128 characters, of any kind
    Scenario Outline: <password> is refused (<why>)
      When Ada replaces her password with <password>
      Then the password is refused because it <problem>
      And nothing has changed

      Examples:
        | password                     | problem                                                | why                                      |
        | ""                           | is shorter than 15 characters                          | an empty text                            |
        | "vexed jib 7 qu"             | is shorter than 15 characters                          | 14 characters                            |
        | "vexed jib 7 q\u0065\u0301"  | is shorter than 15 characters                          | 14 characters, one of them composed of 2 |
        | "xq7🦉 vj" + "ö🦀k"          | is shorter than 15 characters and is too easy to guess | 11 characters in 18 bytes                |
        | "\ufdfa"                     | is shorter than 15 characters                          | 1 character that stands for 18           |
        | "vexed jib 7 qu\u200b"       | is shorter than 15 characters                          | 14 characters that can be seen           |
        | "vexed" + "\u200b\u2060" × 5 | is shorter than 15 characters and is too easy to guess | 5 characters that can be seen            |
        | "vexed jib" + "\ufb03"       | is shorter than 15 characters                          | 10 characters that stand for 12          |
        | "vexed jib 7 qu" × 9 + "xyz" | is longer than 128 characters                          | 129 characters                           |
        | "ä" × 129                    | is longer than 128 characters                          | 129 characters of two bytes              |
        | "\ufdfa" × 8                 | is longer than 128 characters                          | 8 characters that stand for 144          |
        | "vexed jib 7 qu" × 74899     | is longer than 128 characters                          | a megabyte                               |

    Scenario Outline: <password> is accepted (<why>)
      When Ada replaces her password with <password>
      Then Ada is not refused
      And Ada's password is <password>

      Examples:
        | password                                                                                                                           | why                                      |
        | "vexed jib 7 qux"                                                                                                                  | 15 characters                            |
        | "vexed jib 7 qu\u0065\u0301"                                                                                                       | 15 characters, one of them composed of 2 |
        | "quiet otters mend the harbour wall while nine herons wade upstream today"                                                         | 72 characters, zxcvbn's own limit        |
        | "quiet otters mend the harbour wall while nine herons wade upstream today."                                                        | 73 characters                            |
        | "quiet otters mend the harbour wall while nine herons wade upstream today and amber kettles sing at dawn under a copper moon, so " | 128 characters                           |
        | "🦉🦀 vj7 ö🐙 kq zw 🦔"                                                                                                            | emoji are characters like others         |
        | "quietottersmendtheharbour"                                                                                                        | lower case letters only                  |
        | "тихие выдры чинят гавань"                                                                                                         | another script                           |
        | "83 17 52 60 94 28 71"                                                                                                             | digits and spaces only                   |

  @asvs-6.2.5 @passwords-6
  Rule: A password is judged by how hard it is to guess, not by its composition
    Scenario Outline: <password> is refused (<why>)
      When Ada replaces her password with <password>
      Then the password is refused because it <problem>
      And nothing has changed

      Examples:
        | password                                    | problem              | why                                     |
        | "   " × 5                                   | is too easy to guess | spaces only                             |
        | "🦉" × 15                                   | is too easy to guess | one character, repeated                 |
        | "Aa1!Aa1!Aa1!Aa1!"                          | is too easy to guess | every kind of character, and a pattern  |
        | "pqrstuv pqrstuv pqr"                       | is too easy to guess | a sequence                              |
        | "ab" × 50                                   | is too easy to guess | long, and nothing but a repetition      |
        | "ten ten ten ten ten ten ten undergraduate" | is too easy to guess | a word across the end of what is judged |

    Example: The refusal names every reason and suggests an improvement
      When Ada replaces her password with "postgres1!"
      Then the password is refused because it is shorter than 15 characters, contains your name, your address or the name of the service and is too easy to guess
      And the refusal suggests "Add another word or two. Uncommon words are better."

    Example: The refusal does not contain the password
      When Ada replaces her password with "my example of 1815"
      Then the password is refused because it contains your name, your address or the name of the service
      And the refusal does not contain "my example of 1815"

  @asvs-6.2.4 @passwords-7
  Rule: A common password is refused
    Scenario Outline: <password> is refused although it scores well (<why>)
      When Ada replaces her password with <password>
      Then the password is refused because it is a common one
      And nothing has changed

      Examples:
        | password                       | why                      |
        | "correcthorsebatterystaple"    | on every list            |
        | "CorrectHorseBatteryStaple"    | the same in another case |
        | "correct horse battery staple" | the same with its spaces |
        | "thequickbrownfox"             | a well-known sentence    |
        | "jesus is my savior"           | a common sentence        |

  @asvs-6.2.4 @passwords-27
  Rule: A common password is refused in any spelling, and with anything around it
    Scenario Outline: <password> is refused (<why>)
      When Ada replaces her password with <password>
      Then the password is refused because it <problem>
      And nothing has changed

      Examples: With additions
        | password                                       | problem                                  | why                                          |
        | "manchesterunited!"                            | is a common one and is too easy to guess | a sign after it                              |
        | "7manchesterunited"                            | is a common one and is too easy to guess | a digit before it                            |
        | "Passw0rd123456!"                              | is a common one and is too easy to guess | digits and a sign after it                   |
        | "202612345678909876543212026"                  | is a common one                          | a year on both sides of digits               |
        | "*~starwars/+#?&"                              | is a common one and is too easy to guess | signs before and after it                    |
        | "friend of emily 1996"                         | is a common one                          | a year after it                              |
        | "1q2w3e4r5t6y7u8i!"                            | is a common one and is too easy to guess | a sign after one that begins with a digit    |
        | "correcthorsebatterystaple 17!17!17!17!17!17!" | is a common one                          | the same few characters after it, many times |
        | "correct.horse.battery.staple"                 | is a common one                          | signs within it                              |
        | "mmaanncchheesstteerruunniitteedd"             | is a common one                          | every letter twice                           |
        | "manchesterunited manchesterunited"            | is a common one                          | all of it twice                              |

      Examples: In another spelling
        | password                                           | problem                                  | why                                                  |
        | "c0rr3cth0rs3b4tt3ryst4pl3"                        | is a common one                          | digits for letters                                   |
        | "1iverpoo1footba11c1ub"                            | is a common one and is too easy to guess | digits that stand for L                              |
        | "correct\u200bhor$ebattery$taple"                  | is a common one                          | an invisible character within, and signs for letters |
        | "c\u043errect h\u043erse b\u0430ttery st\u0430ple" | is a common one                          | Cyrillic letters among Latin ones                    |
        | "corréct hörse battery stáple"                     | is a common one                          | accents                                              |
        | "\ud83c\udde8orrect horse battery staple"          | is a common one                          | a letter of a flag                                   |
        | "correct&nbsp;horse&nbsp;battery&nbsp;staple"      | is a common one                          | characters escaped for HTML                          |
        | "elpatsyrettabesrohtcerroc"                        | is a common one                          | backwards                                            |
        | "ьфтсруыеукгтшеув"                                 | is a common one                          | keys of a Latin password on a Russian keyboard       |

      Examples: In few lists
        | password                                    | problem                                  | why                             |
        | "cristiano ronaldo"                         | is a common one and is too easy to guess | a famous name                   |
        | "friend of emily"                           | is a common one and is too easy to guess | a leaked one with spaces        |
        | "inactive1996aug"                           | is a common one and is too easy to guess | a leaked one of 15 characters   |
        | "lightpower12345"                           | is a common one and is too easy to guess | a leaked one that lists cut off |
        | "to be or not to be, that is the question!" | is a common one                          | a quotation                     |

    Scenario Outline: <password> is refused (neighbouring keys of a keyboard, <which>)
      When Ada replaces her password with <password>
      Then the password is refused because it <problem>
      And nothing has changed

      Examples:
        | password                         | problem                                  | which                |
        | "йцукенгшщзхъфыва"               | is a common one and is too easy to guess | Russian              |
        | "їхзщшгнекуцйфівап"              | is a common one and is too easy to guess | Ukrainian, backwards |
        | "ςερτυθιοπασδφγηξκ"              | is too easy to guess                     | Greek                |
        | "קראטוןםפשדגכעיחלך"              | is too easy to guess                     | Hebrew               |
        | "ضصثقفغعهخحجدشسيبل"              | is a common one and is too easy to guess | Arabic               |
        | "たていすかんなにらせちとしはき" | is a common one and is too easy to guess | Japanese             |
        | "azertyuiop^$qsdf"               | is a common one and is too easy to guess | French               |

    Scenario Outline: <password> is accepted (<why>)
      When Ada replaces her password with <password>
      Then Ada is not refused
      And Ada's password is <password>

      Examples:
        | password                           | why                                |
        | "correct horse wades upstream"     | another ending than a common one's |
        | "manchester herons drift in rain"  | words that begin common ones       |
        | "p4ssw0rd otters mend the harbour" | several words, one of them common  |
        | "quiet otters mend 4 walls"        | a digit among words                |
        | "nine 9 herons & two 2 hats!"      | digits and signs among words       |
        | "łódź śpiewa o świcie cicho"       | accents                            |
        | "тихие выдры чинят гавань 7"       | several words and a digit          |
        | "静かな獺が港の壁を直している朝"   | a sentence without spaces          |
        | "kq7-vx2-wj9-zp4-ht"               | the output of a password generator |
        | "otter 839201746528"               | a word with unusual digits         |

  @asvs-6.2.11 @passwords-8
  Rule: A password that contains the user's own words or the service's name is refused
    Scenario Outline: <password> is refused for <email> (<why>)
      When "Bram Wintergreen" registers with "<email>" and the password <password>
      Then the password is refused because it contains your name, your address or the name of the service
      And nothing has changed

      Examples: The name
        | email            | password                               | why                                     |
        | bram@example.org | "wintergreen at nine oh two"           | the name                                |
        | bram@example.org | "WINTERgreen at nine oh two"           | in another case                         |
        | bram@example.org | "w-i-n-t-e-r-g-r-e-e-n oh 2"           | with something between the letters      |
        | bram@example.org | "two hats of bram, and mine"           | a part of the name                      |
        | bram@example.org | "w1nt3r.gr33n at nine oh two"          | with digits for letters                 |
        | bram@example.org | "two hats of 8r4m, and mine"           | the first name, with digits for letters |
        | bram@example.org | "w\u0456nt\u0435rgreen at nine oh two" | with Cyrillic letters                   |
        | bram@example.org | "wíntergréen at nine oh two"           | with accents                            |
        | bram@example.org | "цштеукпкуут at nine oh two"           | typed on a Russian keyboard             |

      Examples: The address and the service
        | email                   | password                    | why                       |
        | quillfeather@acme.org   | "quillfeather upstream 902" | the address, before the @ |
        | b.quill@acme-corp.co.uk | "acme-corp-2026-x"          | the address, behind the @ |
        | b.quill@acme-corp.co.uk | "nine quill pens upstream"  | a part of the address     |
        | jo.li.no@acme.org       | "nine jolino hats upstream" | short words, before the @ |
        | bram@example.org        | "my postgres has nine hats" | the service               |

    Example: The address is also refused in a new password
      Given Bram has an account with the email "jo.li.no@acme.org"
      And Bram is logged in
      When Bram replaces his password with "nine jolino hats upstream"
      Then the password is refused because it contains your name, your address or the name of the service
      And nothing has changed

    Example: Names of two letters are ignored
      When "Bo Li" registers with "bo@acme.org" and the password "bo and li sing at dawn"
      Then the registration is not refused

    Example: A number whose digits resemble the letters of a name is accepted
      When "Lili Ioto" registers with "lili@acme.org" and the password "herons wade in room 1111 or 1070"
      Then the registration is not refused

    Example: The name of another user is accepted
      When "Bram Wintergreen" registers with "bram@acme.org" and the password "ada and her example are here"
      Then the registration is not refused

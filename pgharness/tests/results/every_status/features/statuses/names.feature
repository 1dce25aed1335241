Feature: Names <script>alert(1)</script> & "quotes"

  Scenario: A name <script>alert(1)</script> & "quotes" [31mred[0m `code` | *bold* \n end
    Given it passes

  Scenario: Hostile text <b>
    When it raises a hostile text

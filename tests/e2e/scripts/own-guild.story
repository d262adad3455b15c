# A guild of one's own, described in a file beside the script.

guild "garden.toml"

== Paul looks around

Paul uses "/ping" in plans
    told "Pong"
Paul uses "/help" in plans
    told "/ping"
    never told "/setroles"
    privately
    called help
Gwen uses "/setroles organizer:Gardener" in plans
    told "Role mappings"
    also told "{&Gardener}"
    also told "@Gardener"
Paul has role "Gardener"
Paul is named "Paul"
no message in plans with "Role mappings"
message help is deleted
help is gone

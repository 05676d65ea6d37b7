"""What the operator must tell notifications."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from chassis.settings import LOOPBACK, Settings


class NotificationsSettings(Settings):
    """Whom promises fall back to, where the words are asked for, and how mail leaves."""

    desk: str = Field(
        description="the directory's id of the innovation desk, the last resort of every promise",
        examples=["desk"],
    )
    ideas_url: str = Field(
        pattern=r"^https?://[^/]",
        description="where the service ideas answers",
        examples=["http://127.0.0.1:8101"],
    )
    feedback_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]",
        description="where the service feedback answers; without it mails point to an answer "
        "instead of quoting it",
    )
    portal_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]",
        description="where people see their ideas; without it mails have no link",
    )
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]",
        description="where mail programs reach this service, to stop optional mails with one "
        "click; without it they are stopped in the app",
    )
    digest_hour: int = Field(
        default=8, ge=4, le=17, description="at which hour of a working day digests go out"
    )
    smtp_host: str = Field(
        description="the mail server that takes our mail", examples=["127.0.0.1"]
    )
    smtp_port: int = Field(ge=1, le=65535, description="its port", examples=[8125])
    smtp_user: str | None = Field(default=None, description="our name at the mail server")
    smtp_password: SecretStr | None = Field(default=None, description="our password there")
    smtp_starttls: bool = Field(
        default=False, description="insist on encryption: no mail leaves without it"
    )
    smtp_seconds: float = Field(default=20, gt=0, description="how long the mail server may take")
    sender: str = Field(
        pattern=r"^[^@\s<>]+@[^@\s<>]+$",
        description="the address that mails come from",
        examples=["kiem@example.org"],
    )
    remind_days: int = Field(
        default=1, ge=0, description="working days before a promised date to remind of it"
    )
    escalate_days: int = Field(
        default=5, ge=1, description="working days that a broken promise gives the next person"
    )
    grace_seconds: float = Field(
        default=600, ge=0, description="how long a date that is past when first heard of may wait"
    )
    long_absence_days: int = Field(
        default=42, ge=1,
        description="from how many days on nobody waits out an absence: what is owed is passed on",
    )  # fmt: skip
    unheard_seconds: float = Field(
        default=1800, ge=10,
        description="how long feedback may take to hear of an idea before the desk is told",
    )  # fmt: skip
    outage_seconds: float = Field(
        default=3600,
        ge=60,
        description="how long the system must have been away for its promises to be extended and "
        "its notices to be told as one",
    )
    settle_seconds: float = Field(
        default=600,
        ge=0,
        description="after an outage, how long notices are kept back to go out as one mail a "
        "person",
    )
    hold_seconds: float = Field(
        default=3,
        ge=0,
        description="how long an acknowledgement waits for the reviewer's name to join it",
    )
    retry_seconds: float = Field(default=5, gt=0, description="before a mail is first tried again")
    retry_longest_seconds: float = Field(
        default=900, gt=0, description="the longest time between two tries"
    )
    mail_refusals: int = Field(
        default=10, ge=1, description="how often a mail may be refused before it is given up"
    )

    hand_over_days: int = Field(
        default=2,
        ge=1,
        description="working days that a person has to see what only the app could bring, before "
        "a colleague is asked to tell them; and that each colleague has",
    )
    webhook_seconds: float = Field(default=10, gt=0, description="how long a webhook may take")
    webhook_tries: int = Field(
        default=12, ge=1, description="how often a notice is posted before its webhook is given up"
    )
    webhook_ports: str = Field(
        default="443",
        pattern=r"^\d{1,5}(,\d{1,5})*$",
        description="ports that webhooks may have, separated by commas",
    )
    webhook_hosts: str | None = Field(
        default=None,
        description="the only hosts that webhooks may have, separated by commas (`*.example.org` "
        "for all below one); without it, every public one",
        examples=["hooks.slack.com,*.logic.azure.com"],
    )
    webhook_loopback: bool = Field(
        default=False,
        description="lets webhooks be on this machine, without https; on loopback addresses only",
    )

    @model_validator(mode="after")
    def _webhooks_of_this_machine_stay_on_it(self) -> Self:
        if self.webhook_loopback and self.host not in LOOPBACK:
            raise ValueError(
                "KIEM_WEBHOOK_LOOPBACK is for development: KIEM_HOST must be a loopback address "
                "such as 127.0.0.1, or leave it out"
            )
        return self

    @model_validator(mode="after")
    def _a_user_has_a_password(self) -> Self:
        if (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError(
                "KIEM_SMTP_USER and KIEM_SMTP_PASSWORD belong together: set both or neither"
            )
        return self

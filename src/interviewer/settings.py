"""The settings: the only place that reads the environment."""

from enum import StrEnum
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from interviewer.errors import SetupError

PROJECT_ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds knowledge/ and prompts/; the program is installed in place."""


class GraderChoice(StrEnum):
    """Which grader scores an interview."""

    AUTO = "auto"
    BUILT_IN = "built-in"
    MODEL = "model"


class Settings(BaseSettings):
    """What the environment decides. Every field has a default that works offline."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("ml-interviewer", appauthor=False),
        validation_alias="INTERVIEWER_HOME",
        description="The one folder with sessions, index and joined weights.",
    )
    database_url: str | None = Field(default=None, validation_alias="INTERVIEWER_DATABASE_URL")
    chroma_url: str | None = Field(default=None, validation_alias="CHROMA_URL")
    base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    model: str | None = Field(default=None, validation_alias="INTERVIEWER_MODEL")
    gguf: Path | None = Field(default=None, validation_alias="INTERVIEWER_GGUF")
    grader: GraderChoice = Field(default=GraderChoice.AUTO, validation_alias="INTERVIEWER_GRADER")
    port: int = Field(default=7860, ge=0, le=65535, validation_alias="PORT")


def read_settings() -> Settings:
    """Read what the environment decides.

    Raises:
        SetupError: a variable has a value that cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        reason = fault["msg"][:1].lower() + fault["msg"][1:]
        raise SetupError(
            f"The variable {fault['loc'][0]} cannot be used, change or unset it: {reason}."
        ) from error

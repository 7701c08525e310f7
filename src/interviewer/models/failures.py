"""Failures: the one line that a person reads when a model does not answer."""

from interviewer.errors import ModelUnavailable


def unreachable(server: str) -> ModelUnavailable:
    """Nothing listens at the address, or it cannot be looked up."""
    return ModelUnavailable(
        f"Nothing answers at {server}: start the model server or check OPENAI_BASE_URL."
    )


def not_a_model_server(server: str) -> ModelUnavailable:
    """Something answers, but not in the OpenAI protocol."""
    return ModelUnavailable(
        f"{server} does not answer as a model server: check OPENAI_BASE_URL "
        "(it usually ends in /v1)."
    )


def refused(server: str, model: str | None, status: int, detail: str = "") -> ModelUnavailable:
    """The server answered with an HTTP status that is not a success.

    Args:
        server: host and port.
        model: the model that was asked for, if one was.
        status: the HTTP status.
        detail: what the server said; shown only where the status does not explain itself.
    """
    match status:
        case 401 | 403:
            line = f"The model server at {server} refused the key: check OPENAI_API_KEY."
        case 404 if model:
            line = (
                f"The model server at {server} does not know the model {model}: "
                "check INTERVIEWER_MODEL and OPENAI_BASE_URL."
            )
        case 404:
            return not_a_model_server(server)
        case 429:
            line = (
                f"The model server at {server} takes no more requests for now: "
                "wait a little, or check the quota of the key."
            )
        case _ if status >= 500:
            line = f"The model server at {server} failed (status {status}): look at its own log."
        case _:
            said = " ".join(detail.split())[:200]
            line = f"The model server at {server} refused the request (status {status}): {said}"
    return ModelUnavailable(line)


def silent(server: str, seconds: float) -> ModelUnavailable:
    """No text came in time."""
    return ModelUnavailable(
        f"The model server at {server} did not begin to answer within {seconds:g} s: "
        "it is busy or too slow for this model."
    )


def broke_off(server: str) -> ModelUnavailable:
    """An answer stopped before its end."""
    return ModelUnavailable(f"The model server at {server} broke off its answer: try again.")

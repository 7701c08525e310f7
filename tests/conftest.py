"""The environment that every test runs in, set before any library reads it."""

import os

os.environ.update(
    {
        "ANONYMIZED_TELEMETRY": "False",
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_OFFLINE": "1",
        "ORT_DISABLE_TELEMETRY": "1",
    }
)

pytest_plugins = ["tests.support.program"]

"""What a handler returns to Gradio."""

from typing import Any

Updates = dict[Any, Any]
"""New values by component; components are compared by identity."""

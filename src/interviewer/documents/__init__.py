"""The user's own documents: reading them, keeping them, and finding what stands in them."""

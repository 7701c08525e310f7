"""Models: find a language model, talk to it, count its tokens, run one in process."""

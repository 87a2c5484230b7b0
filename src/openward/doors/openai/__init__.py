"""The door for programs that speak OpenAI's protocol: the name of a model is an agent of this ward."""

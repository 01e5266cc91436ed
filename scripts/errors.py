"""What a deployment says when it cannot go on."""


class DeploymentError(Exception):
    """What is wrong and what to do, in Indonesian and English."""

    def __init__(self, indonesian: str, english: str) -> None:
        self.indonesian = indonesian
        self.english = english
        super().__init__(f"{indonesian} / {english}")

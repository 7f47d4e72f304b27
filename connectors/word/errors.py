"""What is wrong with a Word document."""

from events.messages import message


class WordError(Exception):
    """A document that cannot be read as it is shown; says what stands in the way, and what to do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(message("{problem}; {remedy}", problem=problem, remedy=remedy))
        self.problem = problem
        self.remedy = remedy

"""The one exception that people see: what is wrong, and what to do next."""


class UserError(Exception):
    """Something a person can act on. Printed as two sentences, never as a traceback.

    `what` names the problem and where it is; `todo` is the next step, in the imperative.
    """

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.what}\n{self.todo}"

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback."""
        return [f"✗ {self.what}", f"  {self.todo}"]

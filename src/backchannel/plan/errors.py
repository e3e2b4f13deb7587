"""What can be wrong with a plan, or with a file of one."""


class PlanError(Exception):
    """Base of all errors of this package. The message says what came and what is allowed."""


class MalformedError(PlanError):
    """Something that is no plan: the message names the step or field, and what may stand there."""


class FileFaultError(PlanError):
    """A file that holds no plan. The message names the file, the place and what was expected."""

    def __init__(self, file: str, fault: str) -> None:
        super().__init__(f"{file}: {fault}")
        self.file, self.fault = file, fault


class InfeasibleError(PlanError):
    """Conditions that contradict one another: the fewest that do, each in words."""

    def __init__(self, conditions: tuple[str, ...]) -> None:
        super().__init__(
            f"no order keeps these conditions together: {'; '.join(conditions)}; leave one of them "
            "out, or make the steps one event (simultaneous_with)"
        )
        self.conditions = conditions

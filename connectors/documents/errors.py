"""What can be wrong with templates and documents."""


class TemplateError(ValueError):
    """A template that cannot be used; says file, line and what to do."""


class UnreadableDocumentError(ValueError):
    """A document that is damaged or of another kind."""

"""What the page tree tells the rest of a request."""

from wagtail import hooks


@hooks.register("before_serve_page")
def remember_page(page, request, serve_args, serve_kwargs) -> None:
    """The language switch stays on the same page, so it must know which one it is."""
    request.wagtail_page = page

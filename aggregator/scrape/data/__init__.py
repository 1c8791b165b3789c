"""Text that a page holds but does not show: in its data, frames and notes."""

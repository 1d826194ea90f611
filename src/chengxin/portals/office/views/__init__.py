"""The pages of the credit office, one module per piece of work. Views translate, call once, translate back."""

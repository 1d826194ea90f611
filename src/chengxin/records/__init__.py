"""Items of credit information: versions, clocks, correction, erasure."""

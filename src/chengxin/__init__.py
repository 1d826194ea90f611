"""Chengxin (诚信): personal public credit information, built so that the person is safe in it."""

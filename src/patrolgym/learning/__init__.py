"""Training policies with stable-baselines3, and using them with NumPy alone."""

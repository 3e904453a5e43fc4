"""What a learner of gaits meets: commands, disturbances, reward terms, and a trot to lean on."""

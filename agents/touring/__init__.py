"""Patrols by choices: a policy says where to look next, the patrol agent's navigation walks there."""

"""Which ranges are left out: a person's choices, then what small rules propose, then one merge of all. One module a family of rules."""

from daemon.stages.skip_rules.film import Film, Rule, Shared
from daemon.stages.skip_rules.merge import RULES, plan

__all__ = ["RULES", "Film", "Rule", "Shared", "plan"]

"""How long things take, as distributions."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

FloatArray = NDArray[np.float64]
Convert = Callable[[FloatArray], FloatArray]


class Shape(StrEnum):
    """Families of distributions."""

    LOGNORMAL = "lognormal"
    GAMMA = "gamma"
    CONSTANT = "constant"
    EMPIRICAL = "empirical"


@dataclass(frozen=True)
class Law:
    """A time by mean and coefficient of variation, or by what was measured.

    Attributes
    ----------
    mean_min
        Mean [minutes], over 0.
    cv
        Standard deviation over mean; 1 and ``GAMMA`` is the exponential law.
    shape
        Family. ``EMPIRICAL`` draws from ``measured_min``, whose mean and cv stand above.
    """

    mean_min: float
    cv: float = 0.0
    shape: Shape = Shape.LOGNORMAL
    measured_min: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not (np.isfinite(self.mean_min) and self.mean_min > 0):
            raise ValueError(f"mean_min = {self.mean_min} must be finite and over 0.")
        if not (np.isfinite(self.cv) and 0 <= self.cv <= 10):
            raise ValueError(f"cv = {self.cv} is not between 0 and 10.")
        if self.shape is Shape.EMPIRICAL and not self.measured_min:
            raise ValueError("An empirical law needs measured times.")
        if any(not (np.isfinite(t) and t >= 0) for t in self.measured_min):
            raise ValueError("Measured times must be finite and not negative.")

    @classmethod
    def measured(cls, times_min: tuple[float, ...]) -> "Law":
        """The law that draws from measured times [minutes]."""
        if not times_min or not sum(times_min) > 0:
            raise ValueError("An empirical law needs measured times with a mean over 0.")
        mean = float(np.mean(times_min))
        return cls(mean, float(np.std(times_min) / mean), Shape.EMPIRICAL, tuple(times_min))

    def draw(self, rng: np.random.Generator, n: int) -> FloatArray:
        """So many times [minutes], (n,)."""
        if self.shape is Shape.EMPIRICAL:
            return np.asarray(rng.choice(np.array(self.measured_min), n))
        if self.shape is Shape.CONSTANT or self.cv == 0.0:
            return np.full(n, self.mean_min)
        if self.shape is Shape.GAMMA:
            return np.asarray(rng.gamma(1.0 / self.cv**2, self.mean_min * self.cv**2, n))
        mu, sigma = self._log()
        return np.asarray(np.exp(mu + sigma * rng.standard_normal(n)))

    def rest(self, rng: np.random.Generator, passed_min: FloatArray) -> FloatArray:
        """What is left of times of which so much has passed already, (n,)."""
        n = len(passed_min)
        if self.shape is Shape.EMPIRICAL:
            return np.array([self._rest_of_measured(rng, t) for t in passed_min.tolist()])
        if self.shape is Shape.CONSTANT or self.cv == 0.0:
            return np.maximum(self.mean_min - passed_min, 0.0)
        survive, back = self._survival()
        still = back(rng.random(n) * survive(passed_min))
        return np.maximum(np.where(np.isfinite(still), still, passed_min) - passed_min, 0.0)

    def _survival(self) -> tuple[Convert, Convert]:
        """The share of times that are longer, and back from the share to the time."""
        if self.shape is Shape.GAMMA:
            of_gamma = stats.gamma(1.0 / self.cv**2, scale=self.mean_min * self.cv**2)
            return of_gamma.sf, of_gamma.isf
        mu, sigma = self._log()
        of_lognormal = stats.lognorm(sigma, scale=np.exp(mu))
        return of_lognormal.sf, of_lognormal.isf

    def _rest_of_measured(self, rng: np.random.Generator, passed: float) -> float:
        longer = [t - passed for t in self.measured_min if t > passed]
        return float(rng.choice(longer)) if longer else 0.0

    def _log(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm."""
        variance = float(np.log1p(self.cv**2))
        return float(np.log(self.mean_min)) - variance / 2, float(np.sqrt(variance))

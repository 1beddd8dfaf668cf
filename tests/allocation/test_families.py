"""Each family of constraints by an example small enough to check by hand."""

from tests.allocation.small_problems import D, P, problem, solved


def test_lot_availability_gives_the_best_cases() -> None:
    """Three cases of a lot go where they are worth most."""
    found = solved(problem([P([500, 300, 100]), P([400, 200])], [(3, 0)]))
    assert found.cases.tolist() == [2, 1]
    assert found.status.objective == -12.0
    assert found.status.status == "PROVED"


def test_class_balance_keeps_the_fresh_lot_for_the_strict() -> None:
    """A pair that may take both lots leaves the only lot of the other to it."""
    case = problem([P([500], (0, 1)), P([400], (1,))], [(1, 0), (1, 0)])
    found = solved(case)
    assert found.flows.to_numpy().tolist() == [[0, 0, 1], [1, 1, 1]]


def test_lot_credit_draws_a_case_that_loses() -> None:
    """A case worth -3 yuan ships from a lot whose departure is worth 5."""
    found = solved(problem([P([-300], (0, 1))], [(1, 500), (1, 0)]))
    assert found.cases.tolist() == [1]
    assert found.status.objective == -2.0


def test_vehicle_weight_needs_a_second_vehicle_that_pays() -> None:
    """The third case needs a second vehicle and ships only if it is worth it."""
    lane = [D(cap_grams=2000, most=2, fixed=250)]
    low = solved(problem([P([900, 500, 240])], departures=lane))
    high = solved(problem([P([900, 500, 260])], departures=lane))
    assert low.cases.tolist() == [2]
    assert low.vehicles["vehicles"].tolist() == [1]
    assert high.cases.tolist() == [3]
    assert high.vehicles["vehicles"].tolist() == [2]


def test_vehicle_volume_binds_before_weight() -> None:
    """Two cases fill the volume although the weight allows four."""
    lane = [D(cap_grams=4000, cap_cm3=2000)]
    found = solved(problem([P([900, 500, 400])], departures=lane))
    assert found.cases.tolist() == [2]


def test_vehicle_use_charges_a_lane_without_capacity() -> None:
    """A part load without limits still pays its fixed cost once, or stays home."""
    dear = solved(problem([P([300, 200])], departures=[D(fixed=501)]))
    cheap = solved(problem([P([300, 200])], departures=[D(fixed=499)]))
    assert dear.cases.tolist() == [0]
    assert dear.vehicles.empty
    assert cheap.status.objective == -0.01


def test_picking_receiving_and_credit_cut_the_least_worthy() -> None:
    """Each limit leaves out the cases worth least under it."""
    for family, use, cap in (("PICKING", 1, 2), ("RECEIVING", 1, 2), ("CREDIT", 9, 26)):
        pairs = [
            P([500, 300], per_case={family: (0, use)}),
            P([400, 200], per_case={family: (0, use)}),
        ]
        found = solved(problem(pairs, caps={family: [cap]}))
        assert found.cases.tolist() == [1, 1], family


def test_minimum_drop_takes_a_loss_to_reach_it_or_stays_away() -> None:
    """A stop of three cases pays at 5 + 1 - 2 yuan, not at 5 + 1 - 7."""
    pays = solved(problem([P([500, 100, -200])], drops=[3]))
    does_not = solved(problem([P([500, 100, -700])], drops=[3]))
    assert pays.cases.tolist() == [3]
    assert does_not.cases.tolist() == [0]


def test_fill_floor_ships_at_a_loss_while_slack_costs_more() -> None:
    """Missing six units at 0.75 yuan costs 4.50: a case at -4 ships, one at -5 not."""
    case = problem([P([100, -400, -500], counted=(0, 3, 6.0))], floors=[(18.0, 0.75)])
    found = solved(case)
    assert found.cases.tolist() == [2]
    assert found.slack["slack"].tolist() == [6.0]
    assert found.status.objective == 3.0 + 4.5


def test_cases_above_the_need_do_not_count_for_the_floor() -> None:
    """The second case is above the ordered need and saves no slack."""
    case = problem([P([100, -10], counted=(0, 1, 6.0))], floors=[(12.0, 0.75)])
    assert solved(case).cases.tolist() == [1]


def test_precedence_keeps_the_smallest_quantity() -> None:
    """The cheap single cases after a first step of three cannot go alone."""
    case = problem([P([600, 190, 180], sizes=(3, 1, 1))], [(2, 0)])
    assert solved(case).cases.tolist() == [0]


def test_prices_tell_what_one_more_unit_is_worth() -> None:
    """One more case of the lot would bring 3 yuan, one less would cost 5."""
    case = problem([P([500, 300])], [(1, 0)])
    duals = solved(case, with_prices=True).duals
    lot = duals[duals["kind"] == "LOT"]
    assert 3.0 <= lot["price_cny"].item() <= 5.0
    assert lot["binding"].tolist() == [True]
    assert lot["unit"].tolist() == ["case"]


def test_prices_cover_every_scarce_thing() -> None:
    """A lane full by weight, a full picking line and a spent credit have prices."""
    lane = [D(cap_grams=2000)]
    found = solved(problem([P([900, 500, 300])], departures=lane), with_prices=True)
    prices = found.duals.set_index("kind")["price_cny"]
    assert 3.0 <= prices["VEHICLE_KG"] <= 5.0
    for family, use, cap in (("PICKING", 1, 1), ("CREDIT", 10, 10)):
        pairs = [P([500, 300], per_case={family: (0, use)})]
        found = solved(problem(pairs, caps={family: [cap]}), with_prices=True)
        prices = found.duals.set_index("kind")["price_cny"]
        assert 3.0 <= prices[family] * use <= 5.0


def test_nothing_to_ship_is_a_proved_plan() -> None:
    """A problem without any active step has an empty, proved plan."""
    found = solved(problem([P([])]), with_prices=True)
    assert found.cases.tolist() == [0]
    assert found.status.status == "PROVED"
    assert found.status.gap == 0.0

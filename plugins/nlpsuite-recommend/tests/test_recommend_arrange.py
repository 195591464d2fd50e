"""Orders under rules, against all orders that there are."""

from __future__ import annotations

import time
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nlpsuite_recommend.arrange import arrange, search
from nlpsuite_recommend.arrange.constraints import constraints
from nlpsuite_recommend.arrange.pins import Pinned
from nlpsuite_recommend.diversity import Preference
from nlpsuite_recommend.readers import Item
from nlpsuite_recommend.rules import Limit, Pin, Rules

NO_TWO = Rules(never_adjacent=("publisher",))


def items_of(publishers, sections=None):
    sections = sections or [None] * len(publishers)
    return [
        Item(str(number), "x", publisher=publisher, columns={"section": section})
        for number, (publisher, section) in enumerate(zip(publishers, sections, strict=True))
    ]


def order_of(publishers, rules, top=None, sections=None):
    items = items_of(publishers, sections)
    return [placed.candidate for placed in arrange(items, falling(len(items)), rules, top=top)]


def falling(n):
    return Preference([1 - number / (n + 1) for number in range(n)])


def broken_at(order, place, items, rules):
    """How many rules the item at a place breaks, as one would count by hand."""
    item = items[order[place]]
    count = 0
    for column in rules.never_adjacent:
        value = item.value(column)
        count += place > 0 and value is not None and items[order[place - 1]].value(column) == value
    for limit in rules.limits:
        value = item.value(limit.column)
        above = sum(items[other].value(limit.column) == value for other in order[:place])
        count += place < limit.in_first and value is not None and above >= limit.most
    return count


def best_orders(items, rules, top):
    """All orders with the fewest rules broken, pins kept."""
    places = min(top, len(items))
    pins = {int(pin.id): pin.position - 1 for pin in rules.pins}
    orders = [
        order
        for order in permutations(range(len(items)), places)
        if all(order[place] == item for item, place in pins.items() if place < places)
        and not any(item in order for item, place in pins.items() if place >= places)
    ]
    counts = {order: sum(broken_at(order, place, items, rules) for place in range(places)) for order in orders}
    fewest = min(counts.values())
    return [order for order in orders if counts[order] == fewest], fewest


values = st.sampled_from(["A", "B", "C", None])
limits = st.builds(Limit, st.sampled_from(["publisher", "section"]), st.integers(1, 2), st.integers(2, 5))


@st.composite
def problems(draw):
    n = draw(st.integers(1, 6))
    publishers, sections = (draw(st.lists(values, min_size=n, max_size=n)) for _ in range(2))
    columns = draw(st.sampled_from([(), ("publisher",), ("section",), ("publisher", "section")]))
    pinned = draw(st.lists(st.integers(0, n - 1), unique=True, max_size=2))
    positions = draw(st.permutations(range(1, n + 1)))
    pins = tuple(Pin(str(item), position) for item, position in zip(pinned, positions, strict=False))
    top = draw(st.integers(1, n))
    places = min(top, n - sum(pin.position > top for pin in pins))
    rules = Rules(never_adjacent=columns, limits=tuple(draw(st.lists(limits, max_size=2))), pins=pins)
    return items_of(publishers, sections), rules, top, places


@settings(max_examples=500, deadline=None)
@given(problems())
def test_no_order_breaks_fewer_rules(problem):
    items, rules, top, places = problem
    placed = arrange(items, falling(len(items)), rules, top=top)
    order = tuple(entry.candidate for entry in placed)
    orders, fewest = best_orders(items, rules, places)
    broken = [broken_at(order, place, items, rules) for place in range(len(order))]
    assert order in orders
    if not rules.pins:
        assert sum(len(entry.relaxed) for entry in placed) == sum(broken) == fewest
        if fewest == 0:
            assert order == min(orders)


@settings(max_examples=100, deadline=None)
@given(st.lists(values, min_size=1, max_size=6), st.booleans())
def test_one_rule_alone_gives_the_preferred_of_the_best_orders_without_a_search(publishers, searching):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "EFFORT", search.EFFORT if searching else 0)
        check_one_rule_alone(publishers)


def broken_below(taken, items, rules):
    """The fewest rules that any order breaks that begins so, below that beginning; pins kept."""
    n = len(items)
    pins = {int(pin.id): pin.position - 1 for pin in rules.pins}
    orders = [
        order
        for order in permutations(range(n))
        if list(order[: len(taken)]) == taken and all(order[place] == item for item, place in pins.items())
    ]
    return min(sum(broken_at(order, place, items, rules) for place in range(len(taken), n)) for order in orders)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(values, min_size=1, max_size=5),
    st.integers(1, 2),
    st.integers(1, 5),
    st.lists(st.integers(1, 5), unique=True, max_size=3),
    st.randoms(),
)
def test_the_bound_of_a_limit_is_exact_with_pins_and_when_taken_back(publishers, most, first, positions, chance):
    items = items_of(publishers)
    n = len(items)
    positions = [position for position in positions if position <= n]
    pins = tuple(Pin(str(item), position) for item, position in enumerate(positions))
    rules = Rules(limits=(Limit("publisher", most, first),), pins=pins)
    pinned = Pinned(items, rules, None, {})
    (rule,) = constraints(items, rules, pinned)
    free = [item for item in range(n) if item not in pinned.at.values()]
    chance.shuffle(free)
    order = []
    for place in range(n):
        bound = rule.bound()
        # With pins, whether an item breaks the limit or a pinned one below it is a matter of counting; the sum is not.
        if not pins or place == 0:
            assert bound == broken_below(order, items, rules)
        item = pinned.at.get(place)
        item = free.pop() if item is None else item
        after = rule.bound_after(item, place)
        rule.push(item, place)
        assert rule.bound() == after
        rule.pop(item, place)
        assert rule.bound() == bound
        rule.push(item, place)
        order.append(item)
    assert rule.bound() == 0


def check_one_rule_alone(publishers):
    items = items_of(publishers)
    for rules in (NO_TWO, Rules(limits=(Limit("publisher", 1, 4),))):
        orders, _ = best_orders(items, rules, len(items))
        found = order_of(publishers, rules)
        key = lambda order: [(broken_at(order, place, items, rules), item) for place, item in enumerate(order)]  # noqa: E731
        assert tuple(found) == min(orders, key=key)


def test_neighbours_are_kept_apart_where_that_can_be():
    assert order_of("AABB", NO_TWO) == [0, 2, 1, 3]
    # Taking both of B first would leave three of A together.
    assert order_of("BBAAA", NO_TWO) == [2, 0, 3, 1, 4]


def test_a_limit_holds_in_the_first_places_only():
    assert order_of("AAAABB", Rules(limits=(Limit("publisher", 2, 4),))) == [0, 1, 4, 5, 2, 3]


def test_items_without_a_value_meet_no_rule():
    rules = Rules(never_adjacent=("publisher",), limits=(Limit("publisher", 1, 9),))
    assert order_of([None, None, "", ""], rules) == [0, 1, 2, 3]


def test_what_is_relaxed_says_why():
    placed = arrange(items_of("AAB"), falling(3), Rules(limits=(Limit("publisher", 1, 3),)))
    assert [entry.candidate for entry in placed] == [0, 2, 1]
    assert placed[2].relaxed == (
        'limit publisher: more than 1 of "A" in the first 3, since no candidate left keeps it',
    )
    placed = arrange(items_of("AA"), falling(2), NO_TWO)
    assert placed[1].relaxed == (
        'never_adjacent publisher: stands below another of "A", since no candidate left keeps it',
    )


def test_what_is_held_back_says_by_what():
    placed = arrange(items_of("AAB"), falling(3), NO_TWO)
    assert [entry.rules for entry in placed] == [(), (), ("held back from 2 by never_adjacent publisher",)]
    placed = arrange(items_of("BAA"), falling(3), NO_TWO)
    assert [entry.candidate for entry in placed] == [1, 0, 2]
    assert placed[1].rules == ("held back from 1 by what the rules need further down",)


def test_pins_stand_and_break_what_they_must():
    rules = Rules(never_adjacent=("publisher",), pins=(Pin("3", 1), Pin("2", 2)))
    placed = arrange(items_of("BBAA"), falling(4), rules)
    assert [entry.candidate for entry in placed] == [3, 2, 0, 1]
    assert placed[0].rules == ("pinned to 1",)
    assert "since it is pinned here" in placed[1].relaxed[0]


@pytest.mark.parametrize("effort", [0, 20_000])
def test_a_pin_is_seen_coming(effort, monkeypatch):
    monkeypatch.setattr(search, "EFFORT", effort)
    rules = Rules(never_adjacent=("publisher",), pins=(Pin("2", 2),))
    assert order_of("ABAB", rules) == [1, 2, 3, 0]


def test_pins_that_cannot_be_kept_say_so():
    rules = Rules(pins=(Pin("gone", 1), Pin("0", 9), Pin("1", 12), Pin("sold", 2)))
    placed = arrange(items_of("ABC"), falling(3), rules, excluded={"sold": "exclude stock = 0"})
    assert [entry.candidate for entry in placed] == [2, 0, 1]
    assert placed[0].relaxed == ('pin "gone" to 1: it is not among the candidates',)
    assert placed[1].relaxed == ('pin "sold" to 2: exclude stock = 0', "pin to 9: there are only 3 places")
    assert placed[2].relaxed == ("pin to 12: there are only 3 places",)


def test_a_pin_below_the_top_keeps_its_item_out_of_it():
    rules = Rules(pins=(Pin("0", 3),))
    assert order_of("ABCD", rules, top=2) == [1, 2]
    assert order_of("ABCD", rules) == [1, 2, 0, 3]


def test_diversity_counts_among_what_the_rules_allow():
    items = items_of("ABCA")
    vectors = [[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.0, 1.0]]
    placed = arrange(items, Preference([0.9, 0.8, 0.6, 0.65], vectors, 0.5), NO_TWO)
    assert [entry.candidate for entry in placed] == [0, 2, 1, 3]
    assert placed[0].likeness is None
    assert placed[1].likeness.to == 0


def test_nothing_to_arrange():
    assert arrange([], Preference([]), NO_TWO) == []


@pytest.mark.parametrize("publishers", [40, 2])
def test_a_thousand_candidates_take_no_time(publishers):
    rules = Rules(never_adjacent=("publisher", "section"), limits=(Limit("publisher", 2, 10), Limit("section", 3, 9)))
    n = 1000
    items = items_of([str(n * 7 % publishers) for n in range(n)], [str(n // 5 % 11) for n in range(n)])
    start = time.process_time()
    assert len(arrange(items, falling(n), rules)) == n
    assert time.process_time() - start < 5

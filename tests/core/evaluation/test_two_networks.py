import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.testing import assert_close

from mnist_core.evaluation.metrics import summarise
from mnist_core.evaluation.two_networks import side_by_side
from mnist_core.layers.activations import to_probabilities
from tests.core.cases import cases, random_case


@given(cases, st.integers(0, 2**31))
def test_each_digit_stands_in_the_one_group_that_a_loop_would_choose(case, seed):
    first, labels = case
    second, _ = random_case(len(labels), seed)
    found = side_by_side(first, second, labels, (1.5, 0.7))
    expected = {(a, b): set() for a in (True, False) for b in (True, False)}
    for i, label in enumerate(labels.tolist()):
        rights = int(first[i].argmax()) == label, int(second[i].argmax()) == label
        expected[rights].add(i)
    groups = {
        (True, True): found.both_right,
        (True, False): found.only_first,
        (False, True): found.only_second,
        (False, False): found.both_wrong,
    }
    for rights, group in groups.items():
        assert set(group.indices.tolist()) == expected[rights]
        assert len(group) == len(expected[rights])
        assert_close(group.labels, labels.long()[group.indices])
        assert_close(group.read[:, 0], first.argmax(dim=1)[group.indices])
        assert_close(group.read[:, 1], second.argmax(dim=1)[group.indices])
        assert group.p_label.tolist() == sorted(group.p_label.tolist())
        for index, label, p in zip(group.indices, group.labels, group.p_label, strict=True):
            both = to_probabilities(first, 1.5)[index], to_probabilities(second, 0.7)[index]
            assert_close(p, min(one[label] for one in both))
    assert len(found.only_second) + len(found.both_wrong) == summarise(first, labels).wrong
    assert len(found.only_first) + len(found.both_wrong) == summarise(second, labels).wrong
    assert found.unanswered == 0


def test_a_network_beside_itself_is_right_and_wrong_together():
    logits, labels = random_case(80, 1, scale=0.4)
    found = side_by_side(logits, logits, labels)
    assert (len(found.only_first), len(found.only_second)) == (0, 0)
    assert len(found.both_wrong) == summarise(logits, labels).wrong > 0


def test_a_digit_without_an_answer_of_both_is_counted_apart():
    logits, labels = random_case(4, 0)
    first, second = logits.clone(), logits.clone()
    first[1], second[1], second[2, 3] = torch.nan, torch.nan, torch.inf
    found = side_by_side(first, second, labels)
    groups = (found.both_right, found.only_first, found.only_second, found.both_wrong)
    assert sorted(i for group in groups for i in group.indices.tolist()) == [0, 3]
    assert found.unanswered == 2


def test_a_page_of_a_group_is_a_group_of_its_digits():
    logits, labels = random_case(30, 2, scale=0.4)
    group = side_by_side(logits, logits, labels).both_wrong
    page = group.page(1, 4)
    assert page.indices.tolist() == group.indices[4:8].tolist()
    assert_close(page.read, group.read[4:8])
    assert type(page) is type(group)

"""Python runs this when a process begins that forgetful_disk has started."""

from tests.support.forgetful_disk import begin_in_child

begin_in_child()

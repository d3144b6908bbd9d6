package said

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestQuiet(t *testing.T) {
	t.Parallel()
	if NewQuiet(nil) != nil || errors.Unwrap(QuietError{}) != nil {
		t.Error("there is an error in the place of none")
	}
	err := NewQuiet(fmt.Errorf("hush-hush: %w", io.EOF))
	if !errors.Is(err, io.EOF) {
		t.Error("the error is not found")
	}
	if text := err.Error() + fmt.Sprintf("%v %+v %#v %d", err, err, err, err); text != unjudged+fmt.Sprintf("%[1]s %[1]s %[1]s %[1]s", unjudged) {
		t.Errorf("it prints %s", text)
	}
}

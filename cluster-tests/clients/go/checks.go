package main

import (
	"errors"
	"fmt"
	"reflect"
)

// checks counts what was asserted and prints one line for each.
type checks struct {
	passed, failed int
}

func (c *checks) that(name string, ok bool, seen ...any) {
	if ok {
		c.passed++
		fmt.Println("ok    " + name)
		return
	}
	c.failed++
	fmt.Println("FAIL  " + name)
	for _, s := range seen {
		fmt.Printf("      | %v\n", s)
	}
}

func (c *checks) equal(name string, seen, wanted any) {
	c.that(name, reflect.DeepEqual(seen, wanted), fmt.Sprintf("saw %v, wanted %v", seen, wanted))
}

func (c *checks) isError(name string, seen, wanted error) {
	c.that(name, errors.Is(seen, wanted), fmt.Sprintf("saw %v, wanted %v", seen, wanted))
}

func (c *checks) noError(name string, err error) bool {
	c.that(name, err == nil, err)
	return err == nil
}

// section runs a part; a panic in it (a nil handle after an error, say) is one failure, not the end.
func (c *checks) section(name string, part func()) {
	defer func() {
		if p := recover(); p != nil {
			c.that(name+" runs to its end", false, p)
		}
	}()
	part()
}

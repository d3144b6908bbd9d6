package answer

import (
	"errors"
	"fmt"

	"github.com/jmespath-community/go-jmespath/pkg/functions"
	"github.com/jmespath-community/go-jmespath/pkg/parsing"
)

// parse parses a JMESPath expression. A panic of the library is an error like any
// other.
func parse(text string) (node parsing.ASTNode, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the library cannot read it")
		}
	}()
	return parsing.NewParser().Parse(text)
}

// check refuses an expression that could never find anything.
func check(node parsing.ASTNode) error {
	switch node.NodeType { //nolint:exhaustive // the others can be used
	case parsing.ASTRootNode, parsing.ASTLetExpression, parsing.ASTVariable:
		return errors.New("it uses $ or let, which cannot be used here: a path begins at the answer, and has no variables")
	case parsing.ASTBinding:
		return errors.New("it has a single =: a comparison is written ==")
	case parsing.ASTFunctionExpression:
		if err := checkCall(node); err != nil {
			return err
		}
	}
	for _, child := range node.Children {
		if err := check(child); err != nil {
			return err
		}
	}
	return nil
}

// checkCall refuses the call of a function that there is not, or with another
// number of arguments than it accepts.
func checkCall(node parsing.ASTNode) error {
	name, _ := node.Value.(string)
	for _, f := range functions.GetDefaultFunctions() {
		if f.Name != name {
			continue
		}
		least, most := 0, len(f.Arguments)
		for _, argument := range f.Arguments {
			if !argument.Optional {
				least++
			}
			if argument.Variadic {
				most = len(node.Children)
			}
		}
		if given := len(node.Children); given < least || given > most {
			return fmt.Errorf("the function %s has %d arguments here, which is not what it accepts", name, given)
		}
		return nil
	}
	return fmt.Errorf("there is no function %s in JMESPath", name)
}

// The names of functions that an expression calls without saying so. No
// expression can say them.
const (
	// doCount counts what is to be looked at once for each part.
	doCount = "#count"
	// doFlatten counts what a flatten will make.
	doFlatten = "#flatten"
	// doList makes a list of an object's values, in the order of their keys.
	doList = "#list"
	// doNumber makes a number to calculate with of one as it is written.
	doNumber = "#number"
	// doSort is doNumber for what a list is sorted by.
	doSort = "#sort"
	// doCompare makes numbers that are compared by value of all in a value.
	doCompare = "#compare"
)

// ready returns the expression as it is followed: numbers stay as the endpoint
// wrote them until something calculates with them, what the library does in no
// order has one, and all that takes time or memory is counted before it is done.
func ready(node parsing.ASTNode) parsing.ASTNode {
	parts := make([]parsing.ASTNode, 0, len(node.Children))
	for _, child := range node.Children {
		parts = append(parts, ready(child))
	}
	node.Children = parts
	switch node.NodeType {
	case parsing.ASTComparator, parsing.ASTArithmeticExpression, parsing.ASTArithmeticUnaryExpression:
		name := doNumber
		if node.Value == parsing.TOKEQ || node.Value == parsing.TOKNE {
			name = doCompare
		}
		for i := range parts {
			parts[i] = call(name, parts[i], 1)
		}
	case parsing.ASTSlice:
		node.Value = inBounds(node.Value)
	case parsing.ASTMultiSelectList, parsing.ASTMultiSelectHash:
		return call(doCount, node, 1)
	case parsing.ASTFunctionExpression:
		readyArguments(node)
	default:
		return readyLoop(node)
	}
	return node
}

// readyLoop counts what is looked at or made once for each part of a value.
func readyLoop(node parsing.ASTNode) parsing.ASTNode {
	parts := node.Children
	switch node.NodeType { //nolint:exhaustive // the others have no parts of the kind
	case parsing.ASTFlatten:
		parts[0] = call(doFlatten, parts[0], 1)
	case parsing.ASTValueProjection:
		node.NodeType = parsing.ASTProjection
		parts[0] = call(doList, parts[0], size(node))
	case parsing.ASTProjection, parsing.ASTFilterProjection:
		if !isSlicing(parts[0]) { // the library looks at what is there
			parts[0] = call(doCount, parts[0], size(node))
		}
	case parsing.ASTExpRef:
		parts[0] = call(doCount, parts[0], size(node))
	}
	return node
}

// readyArguments lets functions that sort by an expression get numbers from it.
func readyArguments(node parsing.ASTNode) {
	switch node.Value {
	case "sort_by", "max_by", "min_by":
		for _, argument := range node.Children {
			if argument.NodeType == parsing.ASTExpRef {
				argument.Children[0] = call(doSort, argument.Children[0], 1)
			}
		}
	}
}

// call returns the call of one of the functions above.
func call(name string, argument parsing.ASTNode, weight int) parsing.ASTNode {
	return parsing.ASTNode{NodeType: parsing.ASTFunctionExpression, Value: name, Children: []parsing.ASTNode{
		argument, {NodeType: parsing.ASTLiteral, Value: weight},
	}}
}

func isSlicing(node parsing.ASTNode) bool {
	return node.NodeType == parsing.ASTIndexExpression && node.Children[1].NodeType == parsing.ASTSlice
}

// size returns how many nodes an expression has.
func size(node parsing.ASTNode) int {
	nodes := 1
	for _, child := range node.Children {
		nodes += size(child)
	}
	return nodes
}

// inBounds returns the bounds of a slice no farther out than any list is long:
// beyond, the library's sums overflow.
func inBounds(bounds any) any {
	const farthest = 1 << 30
	parts, _ := bounds.([]*int)
	near := make([]*int, len(parts))
	for i, part := range parts {
		if part != nil {
			value := max(-farthest, min(*part, farthest))
			near[i] = &value
		}
	}
	return near
}

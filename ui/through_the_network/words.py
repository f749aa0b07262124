"""What the chapters of this page say."""

IDEA = """
Every block looks at what the block before it found. The first finds **edges**: places where the
ink begins or ends. The next puts edges together to **parts**, such as a bow or a crossing. Then
come units that see the **whole** digit. The last block has one number for each digit, and the
largest is the answer.

Each small picture is one **channel**: one feature that the network looks for, at every place.
One number in it is a **unit**. Its **receptive field** is the part of the digit that it can see:
nothing outside can change it.
"""
FIELDS = "What a unit in the middle of each block can see of your digit:"
HOW_TO_READ = """
*Show all* shows every layer, with its shape, the value that gets the strongest colour, and how many
numbers were learnt. All maps of a layer share one scale; zero has the page's own colour. Point at a
map to enlarge it. A click on a number takes that unit apart; it is outlined in violet.

Choose a Deep CNN, *Show all*, and click into the middle of a map of each ReLU in turn: rows 4, 9,
14 and 19. The violet frame on the digit grows from 3 × 3 pixels to 8 × 8, to 18 × 18 and to the
whole picture.
"""
EXPERTS = """
- The layers are called one after the other, without hooks: what is shown is what the network
  computes, in single precision. The arithmetic beside the maps starts from the network's own
  inputs and goes on in double precision; both values stand there.
- **Blocks**: a convolution or linear layer begins one; what follows it up to the next (batch norm,
  ReLU, dropout, pooling, flattening) belongs to it. The first convolution's block is called
  *edges*, later ones *parts* as long as a unit's receptive field is narrower than the picture,
  then *whole*; the last layer is the *answer*.
- **Most active**: the maps whose numbers differ most from place to place, for your digit; of a
  list, the numbers farthest from 0.
- Dropout is off while the network reads, and batch norm uses its running averages.
- What excites a unit most is sought among MNIST's test digits; no picture was optimised.
"""
ROWS = """
The network *Row by row* is not in this list, for it has no maps: what it remembers after each row
of your digit is shown on the page *Row by row*.
"""

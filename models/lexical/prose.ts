/*
 * What the lexical perplexity has read: ordinary sentences, written for this file. Whoever adds to it changes scores, and raises
 * LEXICAL_REVISION.
 */

export const ENGLISH = `
Good morning, thank you for getting in touch. How can I help you today? I would like to return a pair of shoes that I ordered last
week. They are too small, and I would rather have my money back than another size. I am sorry to hear that. Could you tell me the
number of your order, please? It is on the receipt that we sent to you by mail. Of course, one moment, I have to look for it. Here it
is. Thank you, I have found the order. The shoes were delivered on Tuesday, so you can send them back within thirty days. I will send
you a label that you can print at home. When the parcel has arrived here, we will pay the money back to the card that you used. This
takes about five working days. Is there anything else that I can do for you? No, that was all. Thanks a lot for your help, and have a
nice day.

The train to the coast leaves at half past eight from the second platform. If you miss it, there is another one an hour later, but it
stops at every village and takes much longer. People who know the line sit on the left side, because from there you see the river and
the old bridge. In summer the carriages are full of children with buckets and of dogs that want to get out. In winter you have them to
yourself, and the windows are white with frost until the sun comes over the hills.

Water boils at a lower temperature in the mountains, because there is less air above it. That is why rice takes longer to cook there
and why bread has to be baked with more care. A cook who moves up from the plain learns this in the first week, usually with guests at
the table. The rule is simple: give everything a little more time, a little more water, and do not trust the clock.

You can change your password in the settings of your account. Open the page, choose security, and type in the old password once and
the new one twice. A good password is long and easy to remember. Do not use the same one for different services, and never send it to
anybody, not even to us. If you have forgotten it, we can send you a link with which you can set a new one. The link works for one hour
and only once. If no message arrives, look into the folder for unwanted mail, or wait a few minutes and try again.

My grandmother kept a notebook in which she wrote down what the weather was like, who came to visit, and what there was to eat. She did
so every evening for more than forty years. Nothing in it is important, and I have read it three times. There was a storm in March that
took the roof of the barn. There was a wedding where it rained and nobody minded. The price of butter went up. A neighbour came back
from the city and did not say why. When I want to know what life was like before I was born, I look there first and only then into the
books of history.

We have a table for four people at seven or at nine. Would you like to sit inside or in the garden? Inside, please, it looks as if it
is going to rain. Two of us do not eat meat, is that a problem? Not at all, half of the dishes on our menu are made without it. Then we
will take the table at seven. Under which name may I book it? You will get a message in the afternoon so that you do not forget. If
something comes up, please call us before five.

The doctor said that it was nothing serious and that I should rest for a few days, drink enough and take the tablets after meals. If
the fever has not gone down by Friday, I have to come again. The pharmacy on the corner had everything. I slept most of the afternoon,
and when I woke up it was dark and somebody had left soup in front of the door.

How do I find out which version of the program is installed on my computer? Open the menu at the top, and choose the last entry. A small
window shows the number and the date. If it is older than last month, you should update it, since several mistakes have been put right.
Save your work before you begin. The computer starts again by itself, and this can take ten minutes. I have done that, but now it does
not find the printer any more. That happens sometimes. Turn the printer off and on, wait until the light is green, and choose it again
in the list. It works now, thank you very much. You are welcome.

Many cities were built where a road met a river. There was water, there was a place to cross, and whoever had something to sell only had
to wait. Later came walls, and later still the walls were taken down and made into streets and parks. When you look at a map today, you
can often see where they stood: a ring of wide roads, with narrow and crooked ones inside. The market is still in the middle, although
most of what is sold there comes from far away.

Your flight has been moved to the next morning because of the weather. We have booked a room for you in a hotel near the airport, and
there is a bus that leaves every twenty minutes. Breakfast and dinner are paid for. If you would rather go by train, we will give you the
price of your ticket back. Please tell us before midnight what you want to do. I would prefer to fly. Will my luggage be sent on with me?
Yes, you do not have to do anything about it. Keep the part of the ticket with the number until you have your bags again.
`

export const CHINESE = `
您好，请问有什么可以帮您？我上个星期买了一双鞋，穿着有点小，想退货。好的，请您告诉我订单号码，可以在我们发给您的邮件里找到。请稍等，我找一下。找到了，
谢谢。您的订单是星期二送到的，三十天以内都可以退。我会给您发一张退货单，您打印出来贴在包裹上就行。我们收到以后，会把钱退回到您付款的银行卡里，大概需要
五个工作日。还有别的问题吗？没有了，非常感谢您的帮助。不客气，祝您生活愉快。

去海边的火车早上八点半从二号站台开出。如果没有赶上，一个小时以后还有一班，但是每个小站都停，要多花很长时间。熟悉这条路的人都喜欢坐在左边，因为可以看到
大河和那座老桥。夏天的时候，车厢里都是带着小桶的孩子。到了冬天，人就很少了，窗户上结着白霜，太阳从山后面升起来以后才慢慢化开。

山上的空气比较少，水不到一百度就开了，所以在那里煮饭要多花一些时间。从平地搬上来的人，第一个星期就会明白这个道理。办法很简单：多放一点水，多等一会儿，
不要只看钟。

您可以在账户的设置里修改密码。打开页面，选择安全，先输入一次旧密码，再输入两次新密码。好的密码应该比较长，而且容易记住。不要在不同的网站使用同一个密码，
也不要把密码告诉任何人。如果您忘记了密码，我们可以给您发送一个链接，一个小时之内有效，只能使用一次。如果没有收到邮件，请看一下垃圾邮件，或者过几分钟再试。

我的奶奶有一个本子，每天晚上都在上面写今天的天气怎么样，有谁来过，吃了什么。她写了四十多年。里面没有什么重要的事情，可是我已经看了三遍。有一年三月刮大风，
把房子的屋顶吹走了。有一次婚礼下雨，可是大家都很高兴。如果我想知道我出生以前人们怎么生活，就先看这个本子，然后才看历史书。

今天晚上七点和九点都有四个人的桌子，您想坐在里面还是坐在花园里？里面吧，好像要下雨了。我们有两个人不吃肉，有没有关系？没关系，我们的菜有一半是素的。
那我们订七点。请问您贵姓？下午我们会给您发一个短信。如果有变化，请在五点以前打电话告诉我们。

医生说问题不大，让我休息几天，多喝水，饭后吃药。如果到星期五还发烧，就要再去一次医院。我睡了一个下午，醒来的时候天已经黑了，有人在门口放了一碗热汤。

怎么知道我的电脑上装的是哪个版本？请打开上面的菜单，选择最后一项，就可以看到版本和日期。如果比上个月的旧，最好更新一下，因为修改了几个错误。开始以前请先
保存您的工作。电脑会自己重新启动，大概需要十分钟。我更新了，但是现在找不到打印机了。有时候会这样，请把打印机关掉再打开，等灯变成绿色，然后在列表里重新选择。
现在可以了，谢谢。

很多城市都是在大路和河流相遇的地方建起来的。那里有水，可以过河，卖东西的人只要等着就行。后来有了城墙，再后来城墙又拆了，变成了街道和公园。今天看地图的时候，
还能看出来它们在什么地方：外面是一圈很宽的路，里面的路又窄又弯。市场还是在中间，不过那里卖的东西大部分都是从很远的地方运来的。

因为天气的原因，您的航班改到了明天早上。我们为您在机场附近的酒店订了房间，每二十分钟有一班车。早饭和晚饭都不用付钱。如果您想坐火车，我们可以退票。请在今天
夜里十二点以前告诉我们您的决定。我还是坐飞机吧。我的行李怎么办？您不用管，行李会和您一起走。请把票留好，拿到行李以后再扔掉。
`
